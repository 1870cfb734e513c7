/** What the page does: a process that is led to opens, and what is typed into a search field hides the rows without it. */
export const SCRIPT = `
'use strict';
const open = () => {
  const found = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!found) return;
  if (found instanceof HTMLDetailsElement) found.open = true;
  found.scrollIntoView({ block: 'start' });
};
addEventListener('hashchange', open);
open();
for (const field of document.querySelectorAll('input[type=search]')) {
  const rows = document.querySelectorAll('#' + field.dataset.rows + ' > .row-of-list, #' + field.dataset.rows + ' tbody > tr');
  field.addEventListener('input', () => {
    const text = field.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(text);
  });
}
addEventListener('beforeprint', () => {
  for (const each of document.querySelectorAll('details.process')) each.open = true;
});
`;

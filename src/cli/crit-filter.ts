import { filter } from './commands/filter.ts';
import { main } from './main.ts';

void main(filter);

import { cat } from './commands/cat.ts';
import { main } from './main.ts';

void main(cat);

import { mem } from './commands/mem.ts';
import { main } from './main.ts';

void main(mem);

import { inspect } from './commands/inspect.ts';
import { main } from './main.ts';

void main(inspect);

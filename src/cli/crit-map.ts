import { map } from './commands/map.ts';
import { main } from './main.ts';

void main(map);

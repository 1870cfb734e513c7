import { map } from '../commands/map/command.ts';
import { main } from '../command/main.ts';

void main(map);

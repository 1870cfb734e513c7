import type { ExtraKind } from '../../schema/images.ts';
import { bpfmapData, type BpfmapData } from './bpfmap-data.ts';
import type { Extra } from './extra.ts';
import { ghostFile, type GhostFile } from './ghost-file.ts';
import { ipcMsg, type IpcMsg } from './ipc-msg.ts';
import { ipcSem, type IpcSem } from './ipc-sem.ts';
import { ipcShm, type IpcShm } from './ipc-shm.ts';
import { pipeData, type PipeData } from './pipe-data.ts';
import { skQueue, type SkQueue } from './sk-queue.ts';
import { tcpStream, type TcpStream } from './tcp-stream.ts';

/** All kinds of extras. */
export const EXTRAS: Readonly<Record<ExtraKind, Extra>> = {
  'bpfmap-data': bpfmapData,
  'ghost-file': ghostFile,
  'ipc-msg': ipcMsg,
  'ipc-sem': ipcSem,
  'ipc-shm': ipcShm,
  'pipe-data': pipeData,
  'sk-queue': skQueue,
  'tcp-stream': tcpStream,
};

/** Their JSON in lines. */
export interface ExtraJson {
  'bpfmap-data': BpfmapData;
  'ghost-file': GhostFile;
  'ipc-msg': IpcMsg;
  'ipc-sem': IpcSem;
  'ipc-shm': IpcShm;
  'pipe-data': PipeData;
  'sk-queue': SkQueue;
  'tcp-stream': TcpStream;
}

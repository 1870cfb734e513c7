/** The socket that CRIU connects to, once. */
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { CritError, placed } from '../error.ts';
import { DescriptorConnection, pipeOf, type ConnectionHandler } from './descriptors.ts';

/** Longest path of a UNIX socket, in bytes: CRIU would cut off what is longer, and say nothing. */
const PATH_LIMIT = 107;

export class Endpoint {
  readonly #path: string;
  readonly #server: Server;
  readonly #accepted: Promise<Socket>;
  #isListening = false;

  /** The socket `name` in a directory that only its owner can write to. */
  constructor(directory: string, name: string) {
    this.#path = `${directory}/${name}`;
    const size = Buffer.byteLength(this.#path);
    if (size > PATH_LIMIT) {
      throw new CritError(
        'name',
        `with /${name} it has ${size} bytes, but the path of a socket has at most ${PATH_LIMIT}`,
        {
          image: directory,
        },
      );
    }
    this.#server = createServer({ pauseOnConnect: true });
    this.#accepted = new Promise((resolve) => {
      this.#server.once('connection', resolve);
    });
  }

  /** Listens. Throws a CritError where somebody else does, or where this Node cannot receive descriptors. */
  async listen(): Promise<void> {
    try {
      if (await isInUse(this.#path)) throw new CritError('io', 'another process waits for CRIU there');
      rmSync(this.#path, { force: true });
      await this.#bind();
      this.#isListening = true;
      pipeOf(this.#server);
    } catch (error) {
      throw placed(error, { image: this.#path });
    }
  }

  /** The one connection that is taken; the socket is gone as soon as it is there. */
  async connection(handler: ConnectionHandler): Promise<DescriptorConnection> {
    const socket = await this.#accepted;
    const pipe = pipeOf(this.#server);
    this.remove();
    return new DescriptorConnection(pipe, socket, handler);
  }

  remove(): void {
    if (!this.#isListening) return;
    this.#isListening = false;
    this.#server.close();
    rmSync(this.#path, { force: true });
  }

  #bind(): Promise<void> {
    const mask = process.umask(0o077);
    return new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#path, resolve);
    }).finally(() => process.umask(mask));
  }
}

/** Whether somebody listens at a path; what a killed process left behind is no one. */
function isInUse(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(false);
      else reject(error);
    });
  });
}

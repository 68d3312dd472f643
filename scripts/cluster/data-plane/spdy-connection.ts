import { Duplex } from 'node:stream';

/**
 * As much of SPDY/3.1 as port forwarding takes: a kubelet speaks it since there are kubelets, and it is asked for by POST,
 * so that the verb `create` on `pods/portforward` is all that it needs (a WebSocket is asked for by GET, and needs `get` too).
 */
export interface SpdyConnection {
  /** One more connection to a port of the pod's loopback. Ends with an error when the pod refuses it. */
  connect(port: number): Duplex;
  /** Undefined while it lives. */
  readonly ended: Error | undefined;
  close(): void;
}

/** Frames that are looked at. Source: SPDY/3.1, section 2.6 */
const SYN_STREAM = 1;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const CONTROL = 0x8003;
const FLAG_FIN = 1;

/** Makes one of an upgraded socket. `head` are bytes that came behind the answer. */
export function spdyConnection(socket: Duplex, head: Buffer): SpdyConnection {
  const streams = new Map<number, PodStream | ErrorStream>();
  let nextStream = 1;
  let nextRequest = 1;
  let isFirstBlock = true;
  let rest: Buffer = head;
  let ended: Error | undefined;

  const end = (error: Error): void => {
    if (ended !== undefined) return;
    ended = error;
    for (const stream of streams.values()) stream.fail(error);
    streams.clear();
    socket.destroy();
  };

  const control = (type: number, flags: number, payload: Buffer): void => {
    const frame = Buffer.alloc(8);
    frame.writeUInt16BE(CONTROL, 0);
    frame.writeUInt16BE(type, 2);
    frame.writeUInt32BE(payload.length, 4);
    frame.writeUInt8(flags, 4);
    socket.write(Buffer.concat([frame, payload]));
  };

  const open = (headers: Readonly<Record<string, string>>, flags: number): number => {
    const id = nextStream;
    nextStream += 2;
    const start = Buffer.alloc(10);
    start.writeUInt32BE(id, 0);
    control(SYN_STREAM, flags, Buffer.concat([start, headerBlock(headers, isFirstBlock)]));
    isFirstBlock = false;
    return id;
  };

  const send = (id: number, data: Buffer, isLast: boolean, sent: (error?: Error | null) => void): void => {
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(id, 0);
    frame.writeUInt32BE(data.length, 4);
    frame.writeUInt8(isLast ? FLAG_FIN : 0, 4);
    socket.write(Buffer.concat([frame, data]), sent);
  };

  const take = (frame: Buffer, payload: Buffer): void => {
    const flags = frame.readUInt8(4);
    if ((frame.readUInt8(0) & 0x80) === 0) {
      const stream = streams.get(frame.readUInt32BE(0));
      if (payload.length > 0) stream?.receive(payload);
      if ((flags & FLAG_FIN) !== 0) stream?.receiveEnd();
      return;
    }
    switch (frame.readUInt16BE(2)) {
      case RST_STREAM: {
        const id = payload.readUInt32BE(0);
        streams.get(id)?.fail(new Error('the pod closed the connection'));
        streams.delete(id);
        return;
      }
      case PING:
        // One of the server's own, which it wants to see again.
        if (payload.readUInt32BE(0) % 2 === 0) control(PING, 0, payload);
        return;
      case GOAWAY:
        end(new Error('the kubelet ends the connection'));
    }
  };

  const read = (): void => {
    while (rest.length >= 8) {
      const length = rest.readUInt32BE(4) & 0xffffff;
      if (rest.length < 8 + length) return;
      const [frame, payload] = [rest.subarray(0, 8), rest.subarray(8, 8 + length)];
      rest = rest.subarray(8 + length);
      take(frame, payload);
    }
  };

  socket.on('data', (data: Buffer) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    read();
  });
  socket.once('error', end);
  socket.once('close', () => end(new Error('the connection to the kubelet broke')));
  read();

  return {
    get ended() {
      return ended;
    },
    connect: (port) => {
      const about = { port: String(port), requestid: String(nextRequest) };
      nextRequest += 1;
      const stream = new PodStream(
        (data, isLast, sent) => {
          if (ended === undefined) send(dataId, data, isLast, sent);
          else sent(ended);
        },
        () => {
          streams.delete(dataId);
          streams.delete(errorId);
        },
      );
      if (ended !== undefined) {
        stream.destroy(ended);
        return stream;
      }
      // The kubelet's words about a port that nobody listens on come by a stream of their own, opened first.
      const errorId = open({ streamtype: 'error', ...about }, FLAG_FIN);
      const dataId = open({ streamtype: 'data', ...about }, 0);
      streams.set(errorId, new ErrorStream(stream));
      streams.set(dataId, stream);
      return stream;
    },
    close: () => end(new Error('closed')),
  };
}

/**
 * Names and values, "compressed" as they are: a stored block of deflate, and an empty one that makes the other side hand on
 * what it has. The first block begins with zlib's header. Source: RFC 1950, RFC 1951 section 3.2.4
 */
function headerBlock(headers: Readonly<Record<string, string>>, isFirst: boolean): Buffer {
  const entries = Object.entries(headers);
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const text = (value: string): Buffer => Buffer.concat([number(Buffer.byteLength(value)), Buffer.from(value)]);
  const block = Buffer.concat([
    number(entries.length),
    ...entries.flatMap(([name, value]) => [text(name), text(value)]),
  ]);
  const stored = Buffer.alloc(5);
  stored.writeUInt16LE(block.length, 1);
  stored.writeUInt16LE(block.length ^ 0xffff, 3);
  return Buffer.concat([
    ...(isFirst ? [Buffer.from([0x78, 0x01])] : []),
    stored,
    block,
    Buffer.from([0, 0, 0, 0xff, 0xff]),
  ]);
}

type Send = (data: Buffer, isLast: boolean, sent: (error?: Error | null) => void) => void;

/** A connection to a port of a pod, with what node:http asks of a socket. */
class PodStream extends Duplex {
  private readonly sendData: Send;
  private readonly forget: () => void;

  constructor(sendData: Send, forget: () => void) {
    super({ allowHalfOpen: true });
    this.sendData = sendData;
    this.forget = forget;
  }

  receive(data: Buffer): void {
    this.push(data);
  }

  receiveEnd(): void {
    this.push(null);
  }

  fail(error: Error): void {
    this.destroy(error);
  }

  override _read(): void {
    // What comes is pushed: answers are small, and SPDY as kubelets speak it has no flow control.
  }

  override _write(data: Buffer, _encoding: string, sent: (error?: Error | null) => void): void {
    this.sendData(data, false, sent);
  }

  override _final(sent: (error?: Error | null) => void): void {
    this.sendData(Buffer.alloc(0), true, sent);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.forget();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** What a kubelet says about a connection that it could not make. */
class ErrorStream {
  private readonly of: PodStream;

  constructor(of: PodStream) {
    this.of = of;
  }

  receive(data: Buffer): void {
    this.of.destroy(new Error(data.toString('utf8').trim()));
  }

  receiveEnd(): void {
    // Nothing went wrong.
  }

  fail(): void {
    // The stream of the data tells.
  }
}

/** What a bug leaves in what a server prints: the runtime's word for it, or the product's. */
const TRACES =
  /Uncaught|(?:Type|Range|Reference|Syntax|Internal)Error|internal error|frame\.threw|handler\.threw|engine\.failed|image\.failed/i;
/** The runtime's own word on a connection on which something came that is no WebSocket frame. */
const NO_FRAME = /WebSocket protocol error; protocolError\.statusCode = 100[29]/;

/** Lines that only a bug leaves. */
export const traces = (server: { said(): string }): string[] =>
  server
    .said()
    .split('\n')
    .filter((line) => TRACES.test(line) && !NO_FRAME.test(line));

import { HTTP_TOKEN } from '../model/http-token.ts';
import { show, type Path } from '../model/schema.ts';

/** What is wrong with a header, and where. */
type Report = (path: Path, what: string, fix: string) => void;

/** What a field value may hold: RFC 9110 (5.5), without line breaks and what is no octet. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Tells which headers of a request could never be sent. */
export function reportHeaders(headers: Readonly<Record<string, string>>, at: Path, report: Report): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!HTTP_TOKEN.test(name))
      report([...at, name], `${show(name)} is no name of a header`, 'write letters, digits and "-": x-team');
    if (!VALUE.test(value))
      report([...at, name], `${show(value)} is no value of a header`, 'leave out line breaks, and what is no Latin-1');
  }
}

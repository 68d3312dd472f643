/** Strings that some YAML reader takes for something else, or cannot read when they are not quoted. */
// prettier-ignore
export const NASTY_STRINGS: readonly string[] = [
  // Read as a number, or as octal, hexadecimal, sexagesimal, by YAML 1.1 or 1.2.
  ...['0', '1', '-1', '+1', '1.0', '.5', '5.', '-.5', '1e3', '1E+3', '1e', '0o775', '0775', '0x1F', '0x_1F', '0b11', '+_3', '-_4', '_1', '1_000', '1__0', '12:30', '12:30:45', '190:20:30', '1.2.3', '0.', '-0', '00', '09', '1e400', '._1', '.1_', '+.5', '-.inf', '+.inf'],
  // Words of YAML 1.1.
  ...['y', 'Y', 'n', 'N', 'yes', 'Yes', 'YES', 'no', 'No', 'NO', 'on', 'On', 'ON', 'off', 'Off', 'OFF', 'true', 'True', 'TRUE', 'tRUE', 'false', 'False', 'FALSE', 'null', 'Null', 'NULL', '~', 'nan', 'NaN', '.nan', '.NaN', '.NAN', 'inf', '.inf', '.Inf', '.INF', '=', '<<'],
  // Dates.
  ...['2024-01-02', '2024-1-2', '2024-01-02T03:04:05Z', '2024-01-02 03:04:05', '2001-12-14t21:59:43.10-05:00'],
  // Indicators.
  ...['-', '- ', '- a', '--', '---', '--- a', '...', '... a', '.', '..', '?', '? a', ':', ': a', 'a: b', 'a:', ':a', 'a:b', '#', '# a', 'a #b', 'a#b', '&a', '*a', '*', '&', '!', '!a', '!!str a', '|', '|-', '>', '>-', '%', '%YAML 1.1', '@', '@a', '`', '`a`', '[', ']', '[]', '[a]', '{', '}', '{}', '{a: b}', ',', 'a, b', '"', '"a"', "'", "'a'", "a'b", 'a"b', '\\', '\\n', 'a\\'],
  // Space and lines.
  ...['', ' ', '  ', ' a', 'a ', '\t', '\ta', 'a\t', 'a\tb', '\n', '\n\n', 'a\n', 'a\n\n', '\na', ' \n', 'a\n b', 'a\n  b\nc', ' a\nb', 'a \nb', 'a\nb ', 'a\n\tb', '\ta\nb', 'a\r', 'a\r\nb', '\r', '\r\n', 'a\n---\nb', 'a\n...\nb', '---\na', '#a\nb', 'a\n#b', 'key: |\n  text\n', '  a\n b\n', '\n  a\n b\n', 'a\n\n\n', '\n\na\n\n'],
  // Control characters, separators, byte order marks, planes beyond the first, non-characters.
  ...['\u0000', 'a\u0000b', '\u0001', '\u0007', '\b', '\u000b', '\f', '\u001b[0m', '\u001f', '\u007f', '\u0080', '\u0085', 'a\u0085b', '\u009f', '\u00a0', 'a\u00a0', '\u00ad', '\u2028', 'a\u2028b', '\u2029', '\u200b', '\ufeff', '\ufeffa', 'a\ufeff', '\ufffd', '\ufffe', '\uffff', 'é', 'e\u0301', '日本語', '😀', '👨‍👩‍👧', '\u{10ffff}', '\u{1f600}\n\u{1f600}', 'ß: ü'],
  // Long lines, which some printers fold.
  'word '.repeat(60).trimEnd(),
  `${'x'.repeat(200)} ${'y'.repeat(200)}`,
  `${'long '.repeat(40)}\n${'lines '.repeat(40)}`,
  'x'.repeat(5000),
  // What a mesh holds.
  ...['http://order-service.shop.svc.cluster.local/api', 'cluster.local/ns/shop/sa/order-service', '*/*', './*', '~/*', '*.example.com', '90%', '500m', '1Gi', '30s', '0.5s', '10.0.0.0/8', '::1', '2001:db8::/32', 'sha256:0123456789abcdef', '0123456789', '1e10', '{"keys":[{"kty":"RSA"}]}', '{{ .Values.x }}', '${HOME}', '$(POD_IP)', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
];

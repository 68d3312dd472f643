/** A token of HTTP, such as a method or the name of a header. Source: RFC 9110, 5.6.2 */
export const HTTP_TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

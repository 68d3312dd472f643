// Generated from openapi.yaml. Do not edit it: run `npm run import:clients`.

export interface paths {
  readonly '/products': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** List the products */
    readonly get: operations['listProducts'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/products/{product_id}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example coffee-beans-1kg */
        readonly product_id: components['parameters']['ProductIdInPath'];
      };
      readonly cookie?: never;
    };
    /** Show a product */
    readonly get: operations['getProduct'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/products/{product_id}/stock': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example coffee-beans-1kg */
        readonly product_id: components['parameters']['ProductIdInPath'];
      };
      readonly cookie?: never;
    };
    /** Show the stock of a product */
    readonly get: operations['getStock'];
    /**
     * Set the stock of a product
     * @description 409 `/problems/stock-reserved` when orders hold more pieces than that.
     */
    readonly put: operations['setStock'];
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description What went wrong. Source: RFC 9457. */
    readonly Problem: {
      /**
       * Format: uri-reference
       * @description What kind of problem it is; `about:blank` when the status says it all. Programs read this, never the texts.
       */
      readonly type: string;
      readonly title: string;
      readonly status: number;
      readonly detail?: string;
      /**
       * Format: uri-reference
       * @description This one occurrence; the logs know it.
       */
      readonly instance?: string;
      /** @description Each part of the request that is wrong. */
      readonly errors?: readonly {
        /** @description JSON pointer to the part, in the body or in the parameters. */
        readonly at: string;
        readonly message: string;
      }[];
    };
    /** @description Name of a product, for people too. */
    readonly ProductId: string;
    /** @description A place in a list. Its content is nobody's business but the service's; a page without one is the last. */
    readonly Cursor: string;
    /** @description An amount in the smallest unit of its currency, so that nothing is rounded. */
    readonly Money: {
      readonly minor_units: number;
      readonly currency: string;
    };
    readonly Product: {
      readonly product_id: components['schemas']['ProductId'];
      readonly name: string;
      readonly price: components['schemas']['Money'];
      /** @description Pieces that can be ordered now. */
      readonly available: number;
    };
    /** @description Products in the order of their ids. */
    readonly ProductPage: {
      readonly products: readonly components['schemas']['Product'][];
      readonly next_cursor?: components['schemas']['Cursor'];
    };
    readonly Stock: {
      readonly product_id: components['schemas']['ProductId'];
      /** @description Pieces in the house. */
      readonly quantity: number;
      /** @description Pieces of them that orders hold. */
      readonly reserved: number;
    };
    readonly SetStockRequest: {
      /** @description Pieces in the house. */
      readonly quantity: number;
    };
  };
  responses: {
    /** @description The request is not what this contract describes. */
    readonly BadRequest: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "/problems/invalid-request",
         *       "title": "Invalid request",
         *       "status": 400,
         *       "detail": "The request does not match the contract.",
         *       "errors": [
         *         {
         *           "at": "/limit",
         *           "message": "must be at most 100"
         *         }
         *       ]
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
    /** @description There is no token, or one that is not valid: also where none is needed. */
    readonly Unauthorized: {
      headers: {
        readonly 'WWW-Authenticate': components['headers']['WwwAuthenticate'];
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "/problems/token-invalid",
         *       "title": "Unauthorized",
         *       "status": 401,
         *       "detail": "The token has expired."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
    /** @description The token is valid, but not for this. */
    readonly Forbidden: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "/problems/not-yours",
         *       "title": "Forbidden",
         *       "status": 403,
         *       "detail": "The token belongs to another user."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
    /** @description There is none, or none that this user may see. */
    readonly NotFound: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "/problems/not-found",
         *       "title": "Not found",
         *       "status": 404,
         *       "detail": "There is none with this id."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
    /** @description The present state does not allow it. */
    readonly Conflict: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "/problems/conflict",
         *       "title": "Conflict",
         *       "status": 409,
         *       "detail": "The present state does not allow it."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
    /** @description The body is larger than 64 KiB. */
    readonly ContentTooLarge: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "about:blank",
         *       "title": "Content too large",
         *       "status": 413,
         *       "detail": "The body is larger than 64 KiB."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
    /** @description The body is not `application/json`. */
    readonly UnsupportedMediaType: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "about:blank",
         *       "title": "Unsupported media type",
         *       "status": 415,
         *       "detail": "Send application/json."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
    /** @description The request is well formed, but can never succeed as it is. */
    readonly Unprocessable: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "/problems/unprocessable",
         *       "title": "Unprocessable content",
         *       "status": 422,
         *       "detail": "The cursor belongs to another list."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
    /** @description Too many requests. `Retry-After` says when to try again. */
    readonly TooManyRequests: {
      headers: {
        readonly 'Retry-After': components['headers']['RetryAfter'];
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "about:blank",
         *       "title": "Too many requests",
         *       "status": 429,
         *       "detail": "Try again in 1 second."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
    /** @description The service, or one that it needs, cannot answer now. */
    readonly Unavailable: {
      headers: {
        readonly 'Retry-After': components['headers']['RetryAfter'];
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "about:blank",
         *       "title": "Service unavailable",
         *       "status": 503,
         *       "detail": "Try again in 1 second."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
  };
  parameters: {
    /** @example coffee-beans-1kg */
    readonly ProductIdInPath: components['schemas']['ProductId'];
    /**
     * @description How many to return at most.
     * @example 20
     */
    readonly Limit: number;
    /**
     * @description The `next_cursor` of the page before. Leave it out for the first page.
     * @example b3JkZXI6MjA
     */
    readonly Cursor: components['schemas']['Cursor'];
  };
  requestBodies: never;
  headers: {
    /**
     * @description Seconds to wait before the next try.
     * @example 1
     */
    readonly RetryAfter: number;
    /**
     * @description What a request must carry.
     * @example Bearer error="invalid_token"
     */
    readonly WwwAuthenticate: string;
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  readonly listProducts: {
    readonly parameters: {
      readonly query?: {
        /**
         * @description How many to return at most.
         * @example 20
         */
        readonly limit?: components['parameters']['Limit'];
        /**
         * @description The `next_cursor` of the page before. Leave it out for the first page.
         * @example b3JkZXI6MjA
         */
        readonly cursor?: components['parameters']['Cursor'];
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description A page of products. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "products": [
           *         {
           *           "product_id": "coffee-beans-1kg",
           *           "name": "Coffee beans, 1 kg",
           *           "price": {
           *             "minor_units": 1490,
           *             "currency": "EUR"
           *           },
           *           "available": 38
           *         }
           *       ],
           *       "next_cursor": "b3JkZXI6MjA"
           *     }
           */
          readonly 'application/json': components['schemas']['ProductPage'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 503: components['responses']['Unavailable'];
    };
  };
  readonly getProduct: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example coffee-beans-1kg */
        readonly product_id: components['parameters']['ProductIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The product. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "product_id": "coffee-beans-1kg",
           *       "name": "Coffee beans, 1 kg",
           *       "price": {
           *         "minor_units": 1490,
           *         "currency": "EUR"
           *       },
           *       "available": 38
           *     }
           */
          readonly 'application/json': components['schemas']['Product'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 404: components['responses']['NotFound'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 503: components['responses']['Unavailable'];
    };
  };
  readonly getStock: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example coffee-beans-1kg */
        readonly product_id: components['parameters']['ProductIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The stock. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "product_id": "coffee-beans-1kg",
           *       "quantity": 40,
           *       "reserved": 2
           *     }
           */
          readonly 'application/json': components['schemas']['Stock'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 403: components['responses']['Forbidden'];
      readonly 404: components['responses']['NotFound'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 503: components['responses']['Unavailable'];
    };
  };
  readonly setStock: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example coffee-beans-1kg */
        readonly product_id: components['parameters']['ProductIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        /**
         * @example {
         *       "quantity": 100
         *     }
         */
        readonly 'application/json': components['schemas']['SetStockRequest'];
      };
    };
    readonly responses: {
      /** @description The stock as it is now. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "product_id": "coffee-beans-1kg",
           *       "quantity": 100,
           *       "reserved": 2
           *     }
           */
          readonly 'application/json': components['schemas']['Stock'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 403: components['responses']['Forbidden'];
      readonly 404: components['responses']['NotFound'];
      readonly 409: components['responses']['Conflict'];
      readonly 413: components['responses']['ContentTooLarge'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 503: components['responses']['Unavailable'];
    };
  };
}

// Generated from openapi.yaml. Do not edit it: run `npm run import:clients`.

export interface paths {
  readonly '/orders': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * List the orders of a user
     * @description From a read model that follows the events, usually within a second. 403 for a user other than the token's.
     */
    readonly get: operations['listOrders'];
    readonly put?: never;
    /**
     * Place an order
     * @description Asks user-service whether the user is active, then stores the order. What follows (payment, stock, a
     *     confirmation) follows by events, and `getOrder` shows it.
     *
     *     - 403 `/problems/not-yours`: `user_id` is not the user of the token.
     *     - 409 `/problems/user-inactive`: the user may not order now; `/problems/key-in-progress`: the first request with
     *       this `Idempotency-Key` is still at work.
     *     - 422 `/problems/user-unknown`: there is no such user; `/problems/product-twice`: one product on two lines;
     *       `/problems/key-reused`: the `Idempotency-Key` came with another body before.
     *     - 502, 503, 504: user-service answered nonsense, is away, or took too long. No order was stored.
     */
    readonly post: operations['createOrder'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/orders/{order_id}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10 */
        readonly order_id: components['parameters']['OrderIdInPath'];
      };
      readonly cookie?: never;
    };
    /**
     * Show an order, now or as it was
     * @description An order of another user is answered like one that does not exist.
     */
    readonly get: operations['getOrder'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/orders/{order_id}/cancellation': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10 */
        readonly order_id: components['parameters']['OrderIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly get?: never;
    /**
     * Cancel an order
     * @description PUT, because an order has one cancellation and cancelling it again changes nothing: a request that got no answer may be sent again. 409 `/problems/already-shipped` once it is shipped.
     */
    readonly put: operations['cancelOrder'];
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/orders/{order_id}/status': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10 */
        readonly order_id: components['parameters']['OrderIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly get?: never;
    /**
     * Say that an order is shipped or delivered
     * @description PUT on the status as a resource of its own, not PATCH on the order: the body is the whole status, saying it again changes nothing, so caller and mesh may repeat a request that got no answer. A PATCH promises none of that. 409 `/problems/wrong-order` when the order is not `pending` (to ship) or `shipped` (to deliver).
     */
    readonly put: operations['updateOrderStatus'];
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/shipping/orders': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * List the orders that wait for shipment
     * @description The longest waiting first. Not below `/orders/`: there the template `/orders/{order_id}` would cover it too, and who may call `getOrder` could call this.
     */
    readonly get: operations['listOrdersForShipping'];
    readonly put?: never;
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
    /**
     * Format: uuid
     * @description Name of a user, given at registration.
     */
    readonly UserId: string;
    /**
     * Format: uuid
     * @description Name of an order, given when it is created.
     */
    readonly OrderId: string;
    /** @description Name of a product, for people too. */
    readonly ProductId: string;
    /** @description A place in a list. Its content is nobody's business but the service's; a page without one is the last. */
    readonly Cursor: string;
    /**
     * @description `created`: stored, not paid yet. `pending`: paid, waits for shipment; then `shipped` and `delivered`. Until it is shipped it can become `cancelled`: by its user, by a refused payment or by missing stock; and it stays that.
     * @enum {string}
     */
    readonly OrderStatus: 'created' | 'pending' | 'shipped' | 'delivered' | 'cancelled';
    readonly OrderItem: {
      readonly product_id: components['schemas']['ProductId'];
      readonly quantity: number;
    };
    /** @description What was ordered, each product once. */
    readonly OrderItems: readonly components['schemas']['OrderItem'][];
    readonly CreateOrderRequest: {
      readonly user_id: components['schemas']['UserId'];
      readonly items: components['schemas']['OrderItems'];
    };
    readonly CancelOrderRequest: {
      /** @description In the user's words, on one line. */
      readonly reason: string;
    };
    /** @description The other states are not set by hand; events and `cancelOrder` lead to them. */
    readonly UpdateOrderStatusRequest: {
      /** @enum {string} */
      readonly status: 'shipped' | 'delivered';
    };
    readonly Order: {
      readonly order_id: components['schemas']['OrderId'];
      readonly user_id: components['schemas']['UserId'];
      readonly status: components['schemas']['OrderStatus'];
      /**
       * Format: date-time
       * @description In UTC.
       */
      readonly created_at: string;
      readonly items: components['schemas']['OrderItems'];
    };
    /** @description Orders, the latest first. */
    readonly OrderPage: {
      readonly orders: readonly components['schemas']['Order'][];
      readonly next_cursor?: components['schemas']['Cursor'];
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
    /** @description A service behind this one gave an answer that is none. */
    readonly BadGateway: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "about:blank",
         *       "title": "Bad gateway",
         *       "status": 502,
         *       "detail": "A service behind this one gave an answer that is none."
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
    /** @description A service behind this one took too long. */
    readonly GatewayTimeout: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "type": "about:blank",
         *       "title": "Gateway timeout",
         *       "status": 504,
         *       "detail": "A service behind this one took too long."
         *     }
         */
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
  };
  parameters: {
    /** @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10 */
    readonly OrderIdInPath: components['schemas']['OrderId'];
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
    /**
     * @description The caller's own name for this request, best a UUID. Sent again with the same key, the request has the effect of one and gets the first answer again, for 24 hours. Without it, a request that is sent twice is done twice.
     * @example 0d1f6f0c-53c1-4d0e-a3a7-9c6fd7ce5b10
     */
    readonly IdempotencyKey: string;
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
  readonly listOrders: {
    readonly parameters: {
      readonly query: {
        /**
         * @description Whose orders.
         * @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44
         */
        readonly user_id: components['schemas']['UserId'];
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
      /** @description A page of orders. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "orders": [
           *         {
           *           "order_id": "3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10",
           *           "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *           "status": "pending",
           *           "created_at": "2026-05-04T09:30:00Z",
           *           "items": [
           *             {
           *               "product_id": "coffee-beans-1kg",
           *               "quantity": 2
           *             }
           *           ]
           *         }
           *       ],
           *       "next_cursor": "b3JkZXI6MjA"
           *     }
           */
          readonly 'application/json': components['schemas']['OrderPage'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 403: components['responses']['Forbidden'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 503: components['responses']['Unavailable'];
    };
  };
  readonly createOrder: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: {
        /**
         * @description The caller's own name for this request, best a UUID. Sent again with the same key, the request has the effect of one and gets the first answer again, for 24 hours. Without it, a request that is sent twice is done twice.
         * @example 0d1f6f0c-53c1-4d0e-a3a7-9c6fd7ce5b10
         */
        readonly 'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        /**
         * @example {
         *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
         *       "items": [
         *         {
         *           "product_id": "coffee-beans-1kg",
         *           "quantity": 2
         *         }
         *       ]
         *     }
         */
        readonly 'application/json': components['schemas']['CreateOrderRequest'];
      };
    };
    readonly responses: {
      /** @description The order is stored. */
      readonly 201: {
        headers: {
          /**
           * @description Where it is from now on.
           * @example /api/orders/3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10
           */
          readonly Location?: string;
          /**
           * @description When it should arrive. Version 2 of order-service says it, version 1 does not.
           * @example 2026-05-07
           */
          readonly 'Estimated-Delivery'?: string;
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "order_id": "3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10",
           *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *       "status": "created",
           *       "created_at": "2026-05-04T09:30:00Z",
           *       "items": [
           *         {
           *           "product_id": "coffee-beans-1kg",
           *           "quantity": 2
           *         }
           *       ]
           *     }
           */
          readonly 'application/json': components['schemas']['Order'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 403: components['responses']['Forbidden'];
      readonly 409: components['responses']['Conflict'];
      readonly 413: components['responses']['ContentTooLarge'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
  readonly getOrder: {
    readonly parameters: {
      readonly query?: {
        /**
         * @description Shows the order as it was at this time. Before it was created there was none (404).
         * @example 2026-05-04T09:30:00Z
         */
        readonly at?: string;
      };
      readonly header?: never;
      readonly path: {
        /** @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10 */
        readonly order_id: components['parameters']['OrderIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The order. */
      readonly 200: {
        headers: {
          /**
           * @description When it should arrive. Version 2 of order-service says it, version 1 does not.
           * @example 2026-05-07
           */
          readonly 'Estimated-Delivery'?: string;
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "order_id": "3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10",
           *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *       "status": "pending",
           *       "created_at": "2026-05-04T09:30:00Z",
           *       "items": [
           *         {
           *           "product_id": "coffee-beans-1kg",
           *           "quantity": 2
           *         }
           *       ]
           *     }
           */
          readonly 'application/json': components['schemas']['Order'];
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
  readonly cancelOrder: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10 */
        readonly order_id: components['parameters']['OrderIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        /**
         * @example {
         *       "reason": "Ordered by mistake"
         *     }
         */
        readonly 'application/json': components['schemas']['CancelOrderRequest'];
      };
    };
    readonly responses: {
      /** @description The order is cancelled. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "order_id": "3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10",
           *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *       "status": "cancelled",
           *       "created_at": "2026-05-04T09:30:00Z",
           *       "items": [
           *         {
           *           "product_id": "coffee-beans-1kg",
           *           "quantity": 2
           *         }
           *       ]
           *     }
           */
          readonly 'application/json': components['schemas']['Order'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 404: components['responses']['NotFound'];
      readonly 409: components['responses']['Conflict'];
      readonly 413: components['responses']['ContentTooLarge'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 503: components['responses']['Unavailable'];
    };
  };
  readonly updateOrderStatus: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10 */
        readonly order_id: components['parameters']['OrderIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        /**
         * @example {
         *       "status": "shipped"
         *     }
         */
        readonly 'application/json': components['schemas']['UpdateOrderStatusRequest'];
      };
    };
    readonly responses: {
      /** @description The order with its new status. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "order_id": "3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10",
           *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *       "status": "shipped",
           *       "created_at": "2026-05-04T09:30:00Z",
           *       "items": [
           *         {
           *           "product_id": "coffee-beans-1kg",
           *           "quantity": 2
           *         }
           *       ]
           *     }
           */
          readonly 'application/json': components['schemas']['Order'];
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
  readonly listOrdersForShipping: {
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
      /** @description A page of orders, all of them `pending`. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "orders": [
           *         {
           *           "order_id": "3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10",
           *           "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *           "status": "pending",
           *           "created_at": "2026-05-04T09:30:00Z",
           *           "items": [
           *             {
           *               "product_id": "coffee-beans-1kg",
           *               "quantity": 2
           *             }
           *           ]
           *         }
           *       ],
           *       "next_cursor": "b3JkZXI6MjA"
           *     }
           */
          readonly 'application/json': components['schemas']['OrderPage'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 403: components['responses']['Forbidden'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 503: components['responses']['Unavailable'];
    };
  };
}

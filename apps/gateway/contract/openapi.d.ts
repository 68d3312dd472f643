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
  readonly '/users': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * Register a user
     * @description The user is active at once. 409 `/problems/email-taken`, or `/problems/key-in-progress`; 422 `/problems/key-reused` when the `Idempotency-Key` came with another body before.
     */
    readonly post: operations['registerUser'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/users/{user_id}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44 */
        readonly user_id: components['parameters']['UserIdInPath'];
      };
      readonly cookie?: never;
    };
    /**
     * Show a user
     * @description order-service asks this, with the token of its own request, before it stores an order. 403 for a user other than the token's.
     */
    readonly get: operations['getUser'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/users/{user_id}/email': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44 */
        readonly user_id: components['parameters']['UserIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly get?: never;
    /**
     * Change the email address of a user
     * @description 409 `/problems/email-taken` when another user has it.
     */
    readonly put: operations['changeEmail'];
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/users/{user_id}/activation': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44 */
        readonly user_id: components['parameters']['UserIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    readonly post?: never;
    /**
     * Deactivate a user
     * @description The user can order no more and gets no new token. A token that is out already stays valid until it expires: this is why order-service asks for the status.
     */
    readonly delete: operations['deactivateUser'];
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/tokens': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * Get a token for a user
     * @description 401 `/problems/credentials-wrong` for an unknown address and for a wrong password alike; 403 `/problems/user-inactive`. Takes no `Idempotency-Key`: a second token does no harm, and a stored answer would be a stored secret.
     */
    readonly post: operations['createToken'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/payments': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * List the payments of an order
     * @description An order of another user has none.
     */
    readonly get: operations['listPayments'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/payments/{payment_id}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example c6a7e0d2-1b34-4c8e-9f21-7e5d3a9b0c66 */
        readonly payment_id: components['parameters']['PaymentIdInPath'];
      };
      readonly cookie?: never;
    };
    /**
     * Show a payment
     * @description A payment of another user is answered like one that does not exist.
     */
    readonly get: operations['getPayment'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
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
  readonly '/notifications': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * List the notifications of a user
     * @description 403 for a user other than the token's.
     */
    readonly get: operations['listNotifications'];
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
    /**
     * Format: uuid
     * @description Name of a payment.
     */
    readonly PaymentId: string;
    /**
     * Format: uuid
     * @description Name of a notification.
     */
    readonly NotificationId: string;
    /** @description Name of a product, for people too. */
    readonly ProductId: string;
    /** @description A place in a list. Its content is nobody's business but the service's; a page without one is the last. */
    readonly Cursor: string;
    /** @description An amount in the smallest unit of its currency, so that nothing is rounded. */
    readonly Money: {
      readonly minor_units: number;
      readonly currency: string;
    };
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
    readonly RegisterUserRequest: {
      readonly email: components['schemas']['Email'];
      readonly name: string;
      readonly password: components['schemas']['Password'];
    };
    /** Format: email */
    readonly Email: string;
    /**
     * Format: password
     * @description Only its hash is kept.
     */
    readonly Password: string;
    readonly ChangeEmailRequest: {
      readonly email: components['schemas']['Email'];
    };
    readonly CreateTokenRequest: {
      readonly email: components['schemas']['Email'];
      readonly password: components['schemas']['Password'];
    };
    readonly Token: {
      /** @description A JWT signed with ES256; `sub` is the user's id. */
      readonly access_token: string;
      /** @constant */
      readonly token_type: 'Bearer';
      /** @description Seconds until it expires. */
      readonly expires_in: number;
    };
    /**
     * @description Only an `active` user gets tokens and may order.
     * @enum {string}
     */
    readonly UserStatus: 'active' | 'inactive';
    readonly User: {
      readonly user_id: components['schemas']['UserId'];
      readonly email: components['schemas']['Email'];
      readonly name: string;
      readonly status: components['schemas']['UserStatus'];
      /**
       * Format: date-time
       * @description In UTC.
       */
      readonly created_at: string;
    };
    readonly Payment: {
      readonly payment_id: components['schemas']['PaymentId'];
      readonly order_id: components['schemas']['OrderId'];
      readonly user_id: components['schemas']['UserId'];
      /**
       * @description `refunded`: the order was cancelled after it was paid.
       * @enum {string}
       */
      readonly status: 'processed' | 'refused' | 'refunded';
      readonly amount: components['schemas']['Money'];
      /**
       * Format: date-time
       * @description In UTC.
       */
      readonly created_at: string;
    };
    /** @description Payments, the latest first. */
    readonly PaymentPage: {
      readonly payments: readonly components['schemas']['Payment'][];
      readonly next_cursor?: components['schemas']['Cursor'];
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
    /** @description A message to a user. Its address and text are not told here. */
    readonly Notification: {
      readonly notification_id: components['schemas']['NotificationId'];
      readonly user_id: components['schemas']['UserId'];
      readonly order_id?: components['schemas']['OrderId'];
      /** @enum {string} */
      readonly kind: 'welcome' | 'order_confirmed' | 'order_cancelled';
      /** @enum {string} */
      readonly channel: 'email';
      /** @enum {string} */
      readonly status: 'queued' | 'sent' | 'failed';
      /**
       * Format: date-time
       * @description In UTC.
       */
      readonly created_at: string;
    };
    /** @description Notifications, the latest first. */
    readonly NotificationPage: {
      readonly notifications: readonly components['schemas']['Notification'][];
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
    /** @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44 */
    readonly UserIdInPath: components['schemas']['UserId'];
    /** @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10 */
    readonly OrderIdInPath: components['schemas']['OrderId'];
    /** @example c6a7e0d2-1b34-4c8e-9f21-7e5d3a9b0c66 */
    readonly PaymentIdInPath: components['schemas']['PaymentId'];
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
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
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
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
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
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
  readonly registerUser: {
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
         *       "email": "ada@example.com",
         *       "name": "Ada Lovelace",
         *       "password": "correct horse battery"
         *     }
         */
        readonly 'application/json': components['schemas']['RegisterUserRequest'];
      };
    };
    readonly responses: {
      /** @description The user is registered. */
      readonly 201: {
        headers: {
          /**
           * @description Where it is from now on.
           * @example /api/users/9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44
           */
          readonly Location?: string;
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *       "email": "ada@example.com",
           *       "name": "Ada Lovelace",
           *       "status": "active",
           *       "created_at": "2026-05-04T09:00:00Z"
           *     }
           */
          readonly 'application/json': components['schemas']['User'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
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
  readonly getUser: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44 */
        readonly user_id: components['parameters']['UserIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The user. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *       "email": "ada@example.com",
           *       "name": "Ada Lovelace",
           *       "status": "active",
           *       "created_at": "2026-05-04T09:00:00Z"
           *     }
           */
          readonly 'application/json': components['schemas']['User'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 403: components['responses']['Forbidden'];
      readonly 404: components['responses']['NotFound'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
  readonly changeEmail: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44 */
        readonly user_id: components['parameters']['UserIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        /**
         * @example {
         *       "email": "ada@lovelace.example"
         *     }
         */
        readonly 'application/json': components['schemas']['ChangeEmailRequest'];
      };
    };
    readonly responses: {
      /** @description The user with the new address. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *       "email": "ada@lovelace.example",
           *       "name": "Ada Lovelace",
           *       "status": "active",
           *       "created_at": "2026-05-04T09:00:00Z"
           *     }
           */
          readonly 'application/json': components['schemas']['User'];
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
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
  readonly deactivateUser: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44 */
        readonly user_id: components['parameters']['UserIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The user is inactive. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *       "email": "ada@example.com",
           *       "name": "Ada Lovelace",
           *       "status": "inactive",
           *       "created_at": "2026-05-04T09:00:00Z"
           *     }
           */
          readonly 'application/json': components['schemas']['User'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 403: components['responses']['Forbidden'];
      readonly 404: components['responses']['NotFound'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
  readonly createToken: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        /**
         * @example {
         *       "email": "ada@example.com",
         *       "password": "correct horse battery"
         *     }
         */
        readonly 'application/json': components['schemas']['CreateTokenRequest'];
      };
    };
    readonly responses: {
      /** @description A new token. */
      readonly 201: {
        headers: {
          /**
           * @description Nobody on the way keeps it.
           * @example no-store
           */
          readonly 'Cache-Control'?: 'no-store';
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "access_token": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl",
           *       "token_type": "Bearer",
           *       "expires_in": 900
           *     }
           */
          readonly 'application/json': components['schemas']['Token'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 403: components['responses']['Forbidden'];
      readonly 413: components['responses']['ContentTooLarge'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
  readonly listPayments: {
    readonly parameters: {
      readonly query: {
        /**
         * @description Which order.
         * @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10
         */
        readonly order_id: components['schemas']['OrderId'];
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
      /** @description A page of payments. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "payments": [
           *         {
           *           "payment_id": "c6a7e0d2-1b34-4c8e-9f21-7e5d3a9b0c66",
           *           "order_id": "3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10",
           *           "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *           "status": "processed",
           *           "amount": {
           *             "minor_units": 2980,
           *             "currency": "EUR"
           *           },
           *           "created_at": "2026-05-04T09:30:01Z"
           *         }
           *       ],
           *       "next_cursor": "b3JkZXI6MjA"
           *     }
           */
          readonly 'application/json': components['schemas']['PaymentPage'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
  readonly getPayment: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @example c6a7e0d2-1b34-4c8e-9f21-7e5d3a9b0c66 */
        readonly payment_id: components['parameters']['PaymentIdInPath'];
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The payment. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "payment_id": "c6a7e0d2-1b34-4c8e-9f21-7e5d3a9b0c66",
           *       "order_id": "3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10",
           *       "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *       "status": "processed",
           *       "amount": {
           *         "minor_units": 2980,
           *         "currency": "EUR"
           *       },
           *       "created_at": "2026-05-04T09:30:01Z"
           *     }
           */
          readonly 'application/json': components['schemas']['Payment'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 404: components['responses']['NotFound'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
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
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
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
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
  readonly listNotifications: {
    readonly parameters: {
      readonly query: {
        /**
         * @description Whose notifications.
         * @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44
         */
        readonly user_id: components['schemas']['UserId'];
        /**
         * @description Only those about this order.
         * @example 3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10
         */
        readonly order_id?: components['schemas']['OrderId'];
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
      /** @description A page of notifications. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "notifications": [
           *         {
           *           "notification_id": "5e2f9d7c-8b10-4a3e-b6d4-2c1f0e9a8d77",
           *           "user_id": "9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44",
           *           "order_id": "3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10",
           *           "kind": "order_confirmed",
           *           "channel": "email",
           *           "status": "sent",
           *           "created_at": "2026-05-04T09:30:02Z"
           *         }
           *       ],
           *       "next_cursor": "b3JkZXI6MjA"
           *     }
           */
          readonly 'application/json': components['schemas']['NotificationPage'];
        };
      };
      readonly 400: components['responses']['BadRequest'];
      readonly 401: components['responses']['Unauthorized'];
      readonly 403: components['responses']['Forbidden'];
      readonly 415: components['responses']['UnsupportedMediaType'];
      readonly 422: components['responses']['Unprocessable'];
      readonly 429: components['responses']['TooManyRequests'];
      readonly 502: components['responses']['BadGateway'];
      readonly 503: components['responses']['Unavailable'];
      readonly 504: components['responses']['GatewayTimeout'];
    };
  };
}

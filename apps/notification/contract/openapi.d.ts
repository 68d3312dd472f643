// Generated from openapi.yaml. Do not edit it: run `npm run import:clients`.

export interface paths {
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
     * @description Name of a notification.
     */
    readonly NotificationId: string;
    /** @description A place in a list. Its content is nobody's business but the service's; a page without one is the last. */
    readonly Cursor: string;
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
      readonly 503: components['responses']['Unavailable'];
    };
  };
}

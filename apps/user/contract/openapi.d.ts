// Generated from openapi.yaml. Do not edit it: run `npm run import:clients`.

export interface paths {
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
    /** Activate a user again */
    readonly put: operations['activateUser'];
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
    /** @example 9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44 */
    readonly UserIdInPath: components['schemas']['UserId'];
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
      readonly 503: components['responses']['Unavailable'];
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
      readonly 503: components['responses']['Unavailable'];
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
      readonly 503: components['responses']['Unavailable'];
    };
  };
  readonly activateUser: {
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
      /** @description The user is active. */
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
      readonly 503: components['responses']['Unavailable'];
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
      readonly 503: components['responses']['Unavailable'];
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
      readonly 503: components['responses']['Unavailable'];
    };
  };
}

import { runService } from '../shared/runtime/run-service.ts';
import { signingSettings } from '../shared/runtime/settings.ts';
import { tokenSigner } from '../shared/security/token-signer.ts';
import { users } from './module.ts';

await runService(signingSettings, (settings, world) =>
  users({
    ...world,
    sign: tokenSigner({
      privateKey: settings.JWT_PRIVATE_KEY,
      issuer: settings.JWT_ISSUER,
      audience: settings.JWT_AUDIENCE,
      seconds: settings.TOKEN_SECONDS,
    }),
  }),
);

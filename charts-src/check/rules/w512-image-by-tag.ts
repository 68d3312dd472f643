import { WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import { appContainers, initContainers, type ContainerAt } from '../app-containers.ts';
import { isOfIstio, isOwned } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** What runs is not what was tested: a tag can be moved. */
export const imageByTag = {
  code: 'W512',
  name: 'image-by-tag',
  severity: 'warning',
  summary: 'An image is not pinned, so it can change without any change here.',
  reads: WORKLOAD_KINDS,
  *check({ workloads }) {
    const own = workloads.filter(({ manifest, isGateway }) => !isGateway && !isOwned(manifest) && !isOfIstio(manifest));
    // Where most are pinned by digest, one that is not is a slip; where few are, tags are the custom of the house.
    const images = own.flatMap(imagesOf);
    const mostArePinned = images.filter(({ image }) => image.includes('@')).length * 2 > images.length;
    for (const workload of own) {
      const byTag = imagesOf(workload).filter(({ image }) => !image.includes('@'));
      const moving = byTag.filter(({ image }) => isMoving(image));
      const [first] = [...moving, ...byTag];
      if (first === undefined) continue;
      const names = [...new Set([...moving, ...byTag].map(({ image }) => `"${image}"`))];
      yield {
        manifest: workload.manifest,
        at: first.at,
        ...(moving.length > 0 || mostArePinned ? {} : { severity: 'info' as const }),
        message:
          moving.length > 0
            ? `image ${names.join(', ')} is whatever was pushed last: two pods of one release can run different code, and a rollback brings nothing back`
            : `image ${names.join(', ')} is named by its tag, which can be pushed again${mostArePinned ? ', while most images here are pinned by digest' : ''}`,
        fix: 'pin it by digest: name:tag@sha256:…',
      };
    }
  },
} satisfies Rule;

const imagesOf = (workload: Workload): readonly { readonly image: string; readonly at: ContainerAt['at'] }[] =>
  [...appContainers(workload), ...initContainers(workload)].flatMap(({ container: { image = '' }, at }) =>
    image === '' ? [] : [{ image, at: [...at, 'image'] }],
  );

/** No tag, or `latest`. A colon before the last slash is the port of a registry. */
function isMoving(image: string): boolean {
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}

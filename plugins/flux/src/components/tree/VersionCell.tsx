import { ResourceView, RevisionView } from '@backstage-flux/plugin-flux-common';
import { useFluxTranslation } from '../../lib';
import { Revision } from '../common';

/** What an object has, and what it wants where that differs. */
export function VersionCell({ resource }: { resource: ResourceView }) {
  const t = useFluxTranslation();
  const { version, wantedVersion, versionText } = resource;
  if (version && wantedVersion) {
    const [has, wants] = shortened(version, wantedVersion);
    return (
      <span
        title={t('tree.wants', {
          version: has.label,
          wanted: wants.label,
        })}
      >
        {t('tree.wants', {
          version: <Revision revision={has} skipTab />,
          wanted: <Revision revision={wants} skipTab />,
        })}
      </span>
    );
  }
  const only = version ?? wantedVersion;
  if (only) {
    return <Revision revision={only} skipTab />;
  }
  return versionText ? <span title={versionText}>{versionText}</span> : null;
}

// Two revisions of one branch differ in their commits only: `71ac0de, wants 3f2c1ab`.
function shortened(...pair: [RevisionView, RevisionView]) {
  const branches = new Set(pair.map(each => each.label.split('@')[0]));
  return branches.size > 1
    ? pair
    : pair.map(each => ({ ...each, label: each.label.split('@').pop()! }));
}

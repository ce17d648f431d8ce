import { ResourceState } from '@backstage-flux/plugin-flux-common';
import { TreeFilter, useFluxTranslation } from '../../lib';
import { GuardedButton } from '../common';
import styles from './states.module.css';

/** The filter leaves no object. */
export function NothingMatches(props: {
  filter: TreeFilter;
  onClear: () => void;
}) {
  const t = useFluxTranslation();
  const { text, states, kinds } = props.filter;
  const filters = [
    ...(text.trim() ? [`“${text.trim()}”`] : []),
    ...[...states].map(each => t(`state.${each as ResourceState}`)),
    ...kinds,
  ].join(', ');
  return (
    <div className={styles.nothing} role="status">
      <h3>{t('filter.nothing')}</h3>
      <p className={styles.text}>{t('filter.nothingText', { filters })}</p>
      <GuardedButton onPress={props.onClear}>{t('filter.clear')}</GuardedButton>
    </div>
  );
}

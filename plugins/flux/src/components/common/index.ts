export { StateBadge, StateIcon } from './StateBadge';
export { GuardedButton, GuardedIconButton } from './GuardedButton';
export { Revision } from './Revision';
export { Notice } from './Notice';
export { default as tokens } from './tokens.module.css';
export { default as common } from './common.module.css';
export { Ago } from './Ago';
export { StatusHeadline } from './StatusHeadline';
export { FluxIcon } from './FluxIcon';

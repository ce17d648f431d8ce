import {
  Button,
  ButtonIcon,
  ButtonIconProps,
  ButtonProps,
  Tooltip,
  TooltipTrigger,
} from '@backstage/ui';
import clsx from 'clsx';
import { useFluxTranslation } from '../../lib';
import styles from './common.module.css';

interface Guard {
  /** Name of the permission that the reader lacks; the button then says so and does nothing. */
  denied?: string;
}

// A disabled button can be neither hovered nor focused, so it could not say why. This one can.
const markDisabled = (element: HTMLButtonElement | null) =>
  element?.setAttribute('aria-disabled', 'true');

/** A button that tells a reader who may not press it which permission it needs. */
export function GuardedButton({ denied, ...props }: ButtonProps & Guard) {
  const t = useFluxTranslation();
  const className = clsx(styles.button, props.className);
  if (!denied) {
    return <Button variant="secondary" {...props} className={className} />;
  }
  return (
    <TooltipTrigger delay={0}>
      <Button
        variant="secondary"
        {...props}
        className={className}
        onPress={undefined}
        ref={markDisabled}
      />
      <Tooltip>{t('action.needs', { permission: denied })}</Tooltip>
    </TooltipTrigger>
  );
}

/** The same as an icon, whose name is its tooltip. */
export function GuardedIconButton({
  denied,
  ...props
}: ButtonIconProps & Guard & { 'aria-label': string }) {
  const t = useFluxTranslation();
  return (
    <TooltipTrigger delay={denied ? 0 : 600}>
      <ButtonIcon
        key={denied ? 'denied' : 'allowed'}
        variant="tertiary"
        {...props}
        className={clsx(styles.button, props.className)}
        onPress={denied ? undefined : props.onPress}
        ref={denied ? markDisabled : undefined}
      />
      <Tooltip>
        {denied
          ? t('action.needs', { permission: denied })
          : props['aria-label']}
      </Tooltip>
    </TooltipTrigger>
  );
}

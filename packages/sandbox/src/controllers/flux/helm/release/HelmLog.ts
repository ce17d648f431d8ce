/** What Helm logs during an action; the Event of a failure ends with it. */
export class HelmLog {
  readonly #lines: string[] = [];

  preparingUpgrade(name: string): void {
    this.#add('preparing upgrade', { name });
    this.#add("resetting values to the chart's original version", {});
    this.#add('determined release apply method', {
      previous_release_apply_method: 'ssa',
      server_side_apply: true,
    });
  }

  performingUpgrade(name: string): void {
    this.#add('performing update', { name });
    this.#add('creating upgraded release', { name });
  }

  creating(resources: number): void {
    this.#add('using server-side apply for resource creation', {
      dryRun: false,
      fieldValidationDirective: 'Strict',
      forceConflicts: true,
    });
    this.#add('creating resource(s)', { resources });
  }

  updating(resources: number): void {
    this.#add('using server-side apply for resource update', {
      dryRun: false,
      fieldValidationDirective: 'Strict',
      forceConflicts: true,
      upgradeClientSideFieldManager: false,
    });
    this.#add('checking resources for changes', { resources });
  }

  failed(what: string, name: string): void {
    this.#add(`warning: ${what}`, { error: {}, name });
  }

  /** Empty when nothing was logged. */
  toString(): string {
    return this.#lines.join('\n');
  }

  #add(message: string, attributes: object): void {
    this.#lines.push(
      `${new Date().toISOString()}: ${message}: ${JSON.stringify(attributes)}`,
    );
  }
}

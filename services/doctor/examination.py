"""The whole examination, in an order in which a later finding may follow from an earlier one."""

from services.doctor import machine, program, server, store
from services.doctor.finding import Finding, looked
from services.settings import Settings, SettingsError, read_settings


def examine(settings: Settings | None = None, *, may_start: bool = False) -> tuple[Finding, ...]:
    """Look at everything; nothing is changed.

    Parameters
    ----------
    settings
        None reads them from the environment, where impossible ones are a finding.
    may_start
        Whether a managed server that does not run is started to look inside.

    Returns
    -------
    tuple[Finding, ...]
        At least one a subject; where settings are impossible, those that need none only.
    """
    findings = [
        *looked("Java", program.look_at_java),
        *looked("packages", program.look_at_packages),
        *looked("settings", program.look_at_settings),
    ]
    try:
        chosen = settings or read_settings()
    except SettingsError:
        return tuple(findings)
    findings += looked("disk", lambda: machine.look_at_disk(chosen))
    findings += looked("memory", lambda: machine.look_at_memory(chosen))
    findings += looked("ports", lambda: machine.look_at_ports(chosen))
    findings += looked("passwords", lambda: server.look_at_secrets(chosen))
    if chosen.is_managed:
        findings += looked("jars", lambda: server.look_at_jars(chosen))
        findings += looked("server version", lambda: server.look_at_store_version(chosen))
        findings += looked("restore", lambda: server.look_at_leftovers(chosen))
    else:
        findings += looked("NEO4J_URI", lambda: store.look_at_external_settings(chosen))
    findings += looked("store", lambda: store.look_at_store(chosen, may_start=may_start))
    return tuple(findings)

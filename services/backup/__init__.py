"""The whole state in one folder of files, and the way back: dump, loads, model artefacts, settings, checksums."""

from services.backup.errors import BackupError
from services.backup.manifest import BackupManifest, read_manifest, verify_backup
from services.backup.restoring import RestoreReport, restore_backup
from services.backup.writing import BackupReport, write_backup

__all__ = [
    "BackupError",
    "BackupManifest",
    "BackupReport",
    "RestoreReport",
    "read_manifest",
    "restore_backup",
    "verify_backup",
    "write_backup",
]

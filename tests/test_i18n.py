"""Spanish is complete: whatever a person can read has a translation, and the template is up to date."""
import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path
from odoo.tools.translate import TranslationModuleReader

MODULE = "l10n_mx_co_edi"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTranslations(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reader = TranslationModuleReader(cls.env.cr, modules=[MODULE])
        rows = list(reader)
        cls.sources = {row[4] for row in rows}
        # where each text of the database stands: without its place a translation is not loaded
        cls.places = {f"{row[1]}:{row[2]}:{row[3]}" for row in rows if row[1] != "code"}

    def _catalogue(self, name):
        return polib.pofile(file_path(f"{MODULE}/i18n/{name}"))

    def test_every_text_is_in_the_template(self):
        template = {entry.msgid for entry in self._catalogue(f"{MODULE}.pot")}
        self.assertGreater(len(self.sources), 500)
        self.assertFalse(sorted(self.sources - template))

    def test_every_place_is_in_the_files(self):
        for name in (f"{MODULE}.pot", "es.po"):
            places = {":".join(filter(None, place)) for entry in self._catalogue(name) for place in entry.occurrences}
            self.assertFalse(sorted(self.places - places)[:20], name)

    def test_every_text_is_translated_to_spanish(self):
        translated = {entry.msgid for entry in self._catalogue("es.po") if entry.msgstr}
        self.assertFalse(sorted(self.sources - translated))

    def test_regional_files_only_hold_differences(self):
        spanish = {entry.msgid: entry.msgstr for entry in self._catalogue("es.po")}
        for name in ("es_MX.po", "es_CO.po"):
            entries = list(self._catalogue(name))
            self.assertTrue(entries)
            same = [entry.msgid for entry in entries if spanish.get(entry.msgid) == entry.msgstr]
            self.assertFalse(same, name)

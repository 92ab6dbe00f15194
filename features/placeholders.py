"""What forms, firmware and programs write where there is nothing to write: it identifies nobody.

Two people whose account is `N/A`, or whose computers are `To be filled by O.E.M.`, share nothing; a file
whose author is `Microsoft Office User` was made by anybody.
"""

from __future__ import annotations

WORDS = frozenset(
    "na none nil null nan undefined unknown unspecified missing empty blank pending tbd tbc tba todo "
    "notapplicable notavailable notprovided notsupplied notspecified notset notknown notyet "
    "noaccount nobank nodevice noid nophone nonumber noemail nomail noreply donotreply "
    "test testing tester example sample dummy placeholder default changeme anonymous "
    "tobefilledbyoem filledbyoem oem defaultstring serialnumber systemserialnumber "
    "chassisserialnumber baseboardserialnumber invalid vmware "
    "ninguno ninguna noaplica sindatos sinnombre desconocido desconocida nenhum nenhuma semdados "
    "nãoaplicável naoaplicavel desconhecido desconhecida aucun aucune néant neant inconnu inconnue "
    "nonapplicable keine keiner keineangabe nichtbekannt nichtverfügbar unbekannt entfällt "
    "nessuno nessuna sconosciuto sconosciuta onbekend geen nvt niedotyczy nieznany brak bilinmiyor yok "
    "нет неизвестно неизвестен неизвестна немає невідомо "
    "无 無 不明 未知 没有 なし 없음 해당없음 لايوجد".split()
)
"""Letters and digits alone, in small letters (assumed; the third and fourth line are what BIOS makers
ship). Forms are filled in by people in every language: a word missing here is held against them."""
MACHINES = frozenset(
    "microsoftofficeuser msofficeuser officeuser windowsuser user username admin administrator owner "
    "guest root author computer pc laptop pythondocx openpyxl apachepoi libreoffice openoffice "
    "googledocs microsoft microsoftcorporation hp hpinc hewlettpackard dell dellinc lenovo acer asus "
    "apple samsung toshiba sony".split()
)
"""Whom programs and makers of computers name as author or firm where nobody said (assumed)."""
REPEATED = 4
"""Signs from which one sign over and over is no identifier: ``0000``."""
COUNTING = 6
"""Digits from which counting up or down is none: ``123456``."""
_UP = "0123456789" * 2
_DOWN = _UP[::-1]


def says_nothing(text: str) -> bool:
    """Whether a text stands where an identifier belongs and is none."""
    plain = _plain(text)
    if not plain or plain in WORDS:
        return True
    if len(plain) >= REPEATED and len(set(plain)) == 1:
        return True
    return len(plain) >= COUNTING and (plain in _UP or plain in _DOWN)


def names_nobody(text: str) -> bool:
    """Whether a text stands where a name of somebody or of a firm belongs and is none."""
    return says_nothing(text) or _plain(text) in MACHINES


def _plain(text: str) -> str:
    """Letters and digits alone, in small letters."""
    return "".join(c for c in text.casefold() if c.isalnum())

"""What a row of `actions` names besides organisations: its contact person, the action it continues."""

from actions.models import Action
from actions.workbook.cells import Name, quoted
from actions.workbook.drafts import ActionDraft
from actions.workbook.resolver import Resolver
from actions.workbook.rows import TypedSheet
from actions.workbook.sheets import FAULTY, ActionRow, Missing
from contracts.models import Contract
from cops.lib.french import list_fr


def contact_of(
    resolver: Resolver, sheet: TypedSheet[ActionRow], row: ActionRow, stored: Action | None
) -> int | Missing | None:
    """The person whose address the cell holds; FAULTY, reported, where it is nobody's or that of several.

    Who is stored stays: of several who share an address, and where a person without one leaves an empty cell.
    """
    address = row.contact
    if isinstance(address, Missing):
        return address
    people, kept = resolver.stored.people, stored.contact_id if stored else None
    if kept is not None and people.address(kept).casefold() == (address or ""):
        return kept
    if address is None:
        return None
    found = people.with_address(address)
    if len(found) == 1:
        return found[0]
    if found:
        names = list_fr(sorted(map(people.name, found)))
        message = (
            f"Plusieurs personnes ont cette adresse ({names}) : choisissez-en une sur la fiche de l’action."
        )
    else:
        message = (
            f"Personne n’a l’adresse {quoted(address)} sur le site : ajoutez d’abord la personne ou corrigez "
            "l’adresse."
        )
    resolver.report(sheet, row, "contact", message)
    return FAULTY


def check_continued(
    resolver: Resolver, sheet: TypedSheet[ActionRow], row: ActionRow, draft: ActionDraft
) -> None:
    """Find the action that a row continues, stored or in the file: one of the contract before its own.

    Called when every row has its draft, since the other may stand below.
    """
    named, contract = row.continues, draft.contract
    if isinstance(named, Missing) or named is None:
        draft.continues = named
        return
    draft.continues = FAULTY
    code, reference = named
    other = resolver.stored.contract(code)
    if other is None:
        known = ", ".join(resolver.stored.contract_codes)
        message = f"Contrat inconnu {quoted(code)} ; contrats enregistrés : {known}."
        resolver.report(sheet, row, "poursuit", message)
        return
    if contract is None:
        return
    found = resolver.stored.continued.get((other.pk, reference))
    if found is not None and draft.stored is not None and draft.stored.continues_id == found:
        draft.continues = found  # what is stored is not judged again
    elif other.pk != contract.predecessor_id:
        resolver.report(sheet, row, "poursuit", _elsewhere(resolver, contract, other))
    elif found is not None:
        draft.continues = found
    else:
        _take_new(resolver, sheet, row, draft, (other, reference))


def _take_new(
    resolver: Resolver,
    sheet: TypedSheet[ActionRow],
    row: ActionRow,
    draft: ActionDraft,
    wanted: tuple[Contract, Name],
) -> None:
    """The action that another row of the file creates."""
    contract, reference = wanted
    new = resolver.actions.get((contract.pk, reference))
    if new is not None:
        draft.continues = new
    elif not resolver.faulty_actions.may_be(contract.pk, reference):
        message = (
            f"Aucune action {quoted(reference.text)} dans le contrat {contract.code} : corrigez la référence "
            "de l’action poursuivie."
        )
        resolver.report(sheet, row, "poursuit", message)


def _elsewhere(resolver: Resolver, contract: Contract, other: Contract) -> str:
    before = resolver.stored.contract_of_pk(contract.predecessor_id)
    if before is None:
        return (
            f"Le contrat {contract.code} ne fait suite à aucun autre : ses actions n’en poursuivent aucune."
        )
    return (
        f"Une action du contrat {contract.code} en poursuit une du contrat {before.code}, le précédent. "
        f"Trouvé : une action du contrat {other.code}."
    )

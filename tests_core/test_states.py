"""The life cycle: every (state, event, kind) against a table written independently of the code."""

import itertools

import pytest

from core.errors import IllegalTransition
from core.states import KINDS, LIVE_STATES, LOCKED_STATES, TRANSITIONS, Event, State, next_state

MX = ["mx_cfdi_i", "mx_cfdi_e", "mx_cfdi_p", "mx_cfdi_t", "mx_cfdi_n"]
CO = [f"co_dian_{code}" for code in ("01", "02", "03", "04", "05", "91", "92", "95", "event")]

# from | event | to | kinds (all, MX, CO): the rule book, row by row, as text on purpose
RULES = """
draft           | prepared              | ready           | all
rejected        | prepared              | ready           | all
ready           | withdraw              | draft           | all
rejected        | withdraw              | draft           | all
ready           | claimed               | sending         | all
sending         | accepted              | valid           | all
sending         | queued                | awaiting        | CO
sending         | refused               | rejected        | all
sending         | not_sent              | ready           | all
sending         | doubt                 | in_doubt        | all
sending         | stale                 | in_doubt        | all
awaiting        | accepted              | valid           | CO
awaiting        | refused               | rejected        | CO
awaiting        | doubt                 | in_doubt        | CO
in_doubt        | found                 | valid           | all
in_doubt        | absent                | ready           | all
in_doubt        | refused               | rejected        | all
valid           | cancel_claimed        | cancel_sending  | MX
cancel_sending  | cancel_queued         | cancel_pending  | MX
cancel_sending  | cancelled             | cancelled       | MX
cancel_sending  | cancel_refused        | valid           | MX
cancel_sending  | doubt                 | cancel_in_doubt | MX
cancel_sending  | stale                 | cancel_in_doubt | MX
cancel_pending  | status_says_cancelled | cancelled       | MX
cancel_pending  | status_says_valid     | valid           | MX
cancel_pending  | status_says_pending   | cancel_pending  | MX
cancel_in_doubt | status_says_cancelled | cancelled       | MX
cancel_in_doubt | status_says_valid     | valid           | MX
cancel_in_doubt | status_says_pending   | cancel_pending  | MX
"""
GROUPS = {"all": MX + CO, "MX": MX, "CO": CO}
EXPECTED = {
    (source, event, kind): target
    for source, event, target, group in (map(str.strip, row.split("|")) for row in RULES.strip().splitlines())
    for kind in GROUPS[group]
}
STATES = "draft ready sending awaiting in_doubt valid rejected cancel_sending cancel_pending cancel_in_doubt cancelled"
EVENTS = (
    "prepared withdraw claimed accepted queued refused not_sent doubt stale found absent cancel_claimed cancel_queued "
    "cancelled cancel_refused status_says_cancelled status_says_valid status_says_pending"
)


def test_the_words_are_exactly_these():
    assert [str(state) for state in State] == STATES.split()
    assert [str(event) for event in Event] == EVENTS.split()
    assert sorted(KINDS) == sorted(MX + CO)


@pytest.mark.parametrize("kind", MX + CO)
def test_every_state_and_event_is_allowed_or_refused_as_the_rules_say(kind):
    for state, event in itertools.product(STATES.split(), EVENTS.split()):
        expected = EXPECTED.get((state, event, kind))
        if expected is None:
            with pytest.raises(IllegalTransition) as caught:
                next_state(State(state), Event(event), kind)
            assert caught.value.params == {"state": state, "event": event, "kind": kind}
        else:
            assert next_state(State(state), Event(event), kind) is State(expected)
            assert next_state(state, event, kind) == expected  # stored values are plain text


def test_the_walk_covers_the_whole_table():
    assert len(EXPECTED) == sum(len(edge.kinds) for edge in TRANSITIONS.values())


@pytest.mark.parametrize(
    ("state", "event", "kind"),
    [("nowhere", "prepared", CO[0]), ("draft", "nothing", CO[0]), ("draft", "prepared", "co_dian_99"), ("", "", "")],
)
def test_words_that_do_not_exist_are_refused(state, event, kind):
    with pytest.raises(IllegalTransition):
        next_state(state, event, kind)


def test_every_transition_names_its_evidence():
    assert all(edge.evidence for edge in TRANSITIONS.values())


def test_leaving_doubt_always_needs_evidence():
    for (state, event), edge in TRANSITIONS.items():
        if state in (State.IN_DOUBT, State.CANCEL_IN_DOUBT):
            assert not edge.evidence.startswith("none"), (state, event)


def test_no_event_leads_from_doubt_straight_into_sending():
    assert all(edge.target is not State.SENDING for (state, _), edge in TRANSITIONS.items() if state is State.IN_DOUBT)


def test_a_stale_claim_is_never_ready_again():
    assert {edge.target for (_, event), edge in TRANSITIONS.items() if event is Event.STALE} == {
        State.IN_DOUBT,
        State.CANCEL_IN_DOUBT,
    }


def _reachable(start: str, kind: str) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        state = todo.pop()
        for (source, _, of_kind), target in EXPECTED.items():
            if source == state and of_kind == kind and target not in seen:
                seen.add(target)
                todo.append(target)
    return seen


def test_every_state_can_be_reached_and_only_valid_and_cancelled_may_be_the_end():
    for kind in MX + CO:
        reachable = _reachable("draft", kind)
        cancel = {"cancel_sending", "cancel_pending", "cancel_in_doubt", "cancelled"}
        assert reachable == set(STATES.split()) - ({"awaiting"} if kind in MX else cancel)
        ends = {state for state in reachable if _reachable(state, kind) == {state}}
        assert ends == ({"cancelled"} if kind in MX else {"valid"})


def test_live_means_that_the_authority_has_it_or_may_get_it():
    assert {str(state) for state in LIVE_STATES} == {
        *("ready", "sending", "awaiting", "in_doubt", "valid", "cancel_sending", "cancel_pending", "cancel_in_doubt")
    }
    assert LIVE_STATES - {State.READY} == LOCKED_STATES


def test_the_table_cannot_be_changed_at_run_time():
    with pytest.raises(TypeError):
        TRANSITIONS[State.DRAFT, Event.ACCEPTED] = None

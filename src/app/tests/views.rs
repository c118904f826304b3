//! Saved panes from the screen.

use super::session::{Session, ticket};
use crate::app::model::Overlay;
use crate::app::{Effect, Msg};
use crate::board::PaneKind;
use crate::config::SavedPane;
use crate::config::views::ViewChange;
use crate::domain::fact::Fact;
use crate::domain::view::{Column, Sort};

fn asked(s: &mut Session) -> ViewChange {
    let mut changes = Vec::new();
    s.effects.retain(|effect| match effect {
        Effect::ChangeView(change) => {
            changes.push(change.clone());
            false
        }
        _ => true,
    });
    assert_eq!(changes.len(), 1, "{changes:?}");
    changes.remove(0)
}

fn titles(s: &Session) -> Vec<String> {
    let panes = s.model.board.panes().iter();
    panes.map(|p| p.def().title.clone()).collect()
}

#[test]
fn a_filter_becomes_a_pane_with_name_order_and_columns_and_goes_again() {
    let mut s = Session::new();
    let mut high = ticket("4207");
    high.priority = Fact::Known(100);
    high.updated = s.now;
    s.changed(vec![high]);
    s.keys("S");
    assert!(s.told().contains("no filter"), "{}", s.told());
    s.keys("/").types("priority:100").keys("enter");
    s.keys("S").keys("enter");
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Prompt(p)) if p.hint.contains("needs a name"))
    );
    s.types("VPN").keys("enter");
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Prompt(p)) if p.hint.contains("is a group"))
    );
    s.types(" høj").keys("enter");
    s.types("old").keys("enter");
    s.types(" sitt").keys("enter");
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Prompt(p)) if p.hint.contains("no column sitt"))
    );
    s.keys("backspace backspace backspace backspace")
        .types("queue")
        .keys("enter");
    let change = asked(&mut s);
    let saved = SavedPane {
        name: "VPN høj".into(),
        query: "priority:100".into(),
        sort: Sort::Oldest,
        columns: [Column::USUAL.as_slice(), &[Column::Queue]].concat(),
    };
    assert_eq!(change, ViewChange::Save(saved));
    assert!(
        !titles(&s).contains(&"VPN høj".to_owned()),
        "not before it is on disk"
    );
    s.msg(Msg::ViewChanged {
        change,
        result: Ok("/c/config.toml".into()),
    });
    let last = titles(&s).len() - 1;
    assert_eq!(titles(&s)[last], "VPN høj");
    assert_eq!(s.model.screens.board.focus, last);
    assert_eq!(s.rows(), ["4207"]);
    assert_eq!(s.model.screens.board.filter, "", "the pane has it now");
    assert!(s.told().contains("/c/config.toml"), "{}", s.told());

    s.keys("delete");
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Confirm(c)) if c.question.contains("VPN høj"))
    );
    s.keys("y");
    let change = asked(&mut s);
    assert_eq!(change, ViewChange::Remove("VPN høj".into()));
    s.msg(Msg::ViewChanged {
        change,
        result: Ok("/c/config.toml".into()),
    });
    assert_eq!(titles(&s).len(), last);
    assert!(
        s.model
            .board
            .panes()
            .iter()
            .all(|p| !matches!(p.def().kind, PaneKind::Saved(_)))
    );
}

#[test]
fn a_file_that_cannot_be_changed_leaves_the_board_as_it_is() {
    let mut s = Session::new();
    let before = titles(&s);
    s.keys("/")
        .types("owner:none")
        .keys("enter S")
        .types("Fri")
        .keys("enter enter enter");
    let change = asked(&mut s);
    s.msg(Msg::ViewChanged {
        change,
        result: Err("config.toml: write into [board] by hand: panes = […]".into()),
    });
    assert_eq!(titles(&s), before);
    assert!(s.told().contains("by hand"), "{}", s.told());
    s.keys("delete");
    assert!(s.told().contains("is a group"), "{}", s.told());
}

use proptest::prelude::*;

use super::*;

fn column(text: &str) -> usize {
    Query::parse(text).unwrap_err().column
}

#[test]
fn the_example_of_the_manual_parses_and_prints_itself() {
    let text = r#"group:vpn status:open owner:none age>2h site:Sorø device.rsrp_dbm<-110 lane:health -tag:vip "free text""#;
    let query = Query::parse(text).unwrap();
    assert_eq!(query.terms.len(), 9);
    assert_eq!(query.to_string(), text);
}

#[test]
fn errors_point_at_the_column() {
    assert_eq!(column("group:vpn stauts:open"), 11);
    assert_eq!(column("\"never closed"), 1);
    assert_eq!(column("owner:"), 7);
    assert_eq!(column("age>soon"), 5);
    assert_eq!(column("priority>high"), 10);
    assert_eq!(column("device.<3"), 1);
    assert_eq!(column("has:money"), 5);
    let error = Query::parse("møte stauts:open").unwrap_err();
    assert!(
        error
            .with_caret("møte stauts:open")
            .contains("\n     ^ there is no field \"stauts\"; did you mean status?"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn any_text_parses_or_fails_within_itself(text in "\\PC{0,40}") {
        if let Err(error) = Query::parse(&text) {
            prop_assert!(error.column >= 1 && error.column <= text.chars().count() + 1);
        }
    }

    #[test]
    fn what_is_printed_reads_back_the_same(
        negated in any::<bool>(),
        words in "[a-zæøå\"\\\\ :,<-]{1,12}",
        values in proptest::collection::vec("[a-zA-ZØ\" ,:-]{1,8}", 1..3),
        age in 0u32..10_000,
    ) {
        let query = Query { terms: vec![
            Term { negated, test: Test::Text(words) },
            Term { negated, test: Test::Field { field: Field::Named("owner".into()), op: Op::Is, values } },
            Term { negated: false, test: Test::Field { field: Field::Fact("rsrp_dbm".into()), op: Op::Less, values: vec![format!("-{age}")] } },
        ]};
        prop_assert_eq!(Query::parse(&query.to_string()).unwrap(), query);
    }
}

#[test]
fn a_lane_goes_by_the_word_of_its_row_too_and_one_that_is_none_is_named() {
    let query = |text: &str| Query::parse(text);
    assert!(query("lane:care lane:school").is_ok());
    let error = query("-tag:vip lane:kids").unwrap_err();
    assert!(
        error.to_string().contains("lanes are health, care, school"),
        "{error}"
    );
}

//! Tests of the masks.

use super::Masks;
use serde_json::json;

#[test]
fn a_name_has_the_same_mask_wherever_it_stands() {
    let mut masks = Masks::default();
    let created = json!({"sessionId": "golden-eagle-427", "connectionId": "q3nN", "speakerToken": "sp-1"});
    masks.learn(&created);
    masks.learn(&json!({"sessionId": "silver-heron-108"}));
    masks.learn(&created);
    assert_eq!(
        masks.apply(&json!([created, "?sessionId=silver-heron-108&token=sp-1"])),
        json!([
            {"sessionId": "<session 1>", "connectionId": "<connection 1>", "speakerToken": "<speaker token 1>"},
            "?sessionId=<session 2>&token=<speaker token 1>",
        ])
    );
}

#[test]
fn times_are_masked_if_they_are_whole_numbers() {
    let masks = Masks::default();
    let state = json!({"volume": 1.0, "lastStateChange": 1_699_500_000_000_u64});
    let masked = masks.apply(&json!({"timestamp": 5, "sessionDuration": 0, "broadcastState": state}));
    let state = json!({"volume": 1.0, "lastStateChange": "<a time>"});
    assert_eq!(
        masked,
        json!({"timestamp": "<a time>", "sessionDuration": "<seconds>", "broadcastState": state})
    );
    for broken in [json!({"timestamp": 5.0}), json!({"timestamp": -5}), json!({"timestamp": null})] {
        assert_eq!(masks.apply(&broken), broken);
    }
}

#[test]
fn a_trend_is_masked_if_it_is_one() {
    let masks = Masks::default();
    assert_eq!(masks.apply(&json!({"trend": [[5, 0], [6, 1]]})), json!({"trend": "<times and counts>"}));
    for broken in [json!({"trend": [[5]]}), json!({"trend": [[5, 0.5]]}), json!({"trend": {}})] {
        assert_eq!(masks.apply(&broken), broken);
    }
}

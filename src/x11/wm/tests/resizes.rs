//! Resizes for which clients draw in step.

use super::rig::{Rig, configure, made_toplevel, numbers};
use crate::x11::geometry::Rect;
use crate::x11::property::Property;
use std::time::{Duration, Instant};
use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::sync::{ALARMSTATE, AlarmNotifyEvent, Int64};

const WINDOW: u32 = 10;
const COUNTER: u32 = 11;
const ALARM: u32 = super::rig::NEW_ID;
const SURFACE: u32 = 2;

/// A window whose client can draw in step; with its objects at the host.
fn synced(rig: &mut Rig) -> (u32, u32) {
    rig.create(WINDOW, Rect { x: 0, y: 0, width: 300, height: 200 }, false);
    rig.request_map(WINDOW);
    let protocols = numbers(&[rig.x.atoms._NET_WM_SYNC_REQUEST]);
    rig.answer(&[
        (Property::WmProtocols, 4, 32, protocols),
        (Property::NetWmSyncRequestCounter, 6, 32, numbers(&[COUNTER, COUNTER + 1])),
    ]);
    rig.mapped(WINDOW, SURFACE);
    let host = rig.host();
    let objects = made_toplevel(&host);
    configure(rig, objects, (300, 200), &[], 1);
    shows(rig, (300, 200));
    rig.said();
    rig.host();
    objects
}

fn counted(rig: &mut Rig, value: u32, state: ALARMSTATE) {
    rig.event(&Event::SyncAlarmNotify(AlarmNotifyEvent {
        alarm: ALARM,
        alarm_value: Int64 { hi: 0, lo: value },
        state,
        ..Default::default()
    }));
}

fn shows(rig: &mut Rig, size: (u32, u32)) {
    rig.act(|wm, env| wm.committing(SURFACE, size, env)).unwrap();
}

fn asks(value: u32, size: &str) -> [String; 4] {
    [
        format!("await {COUNTER} {value} by {ALARM}"),
        "allow 10 [0]".to_owned(),
        "tell 10 other".to_owned(),
        format!("configure 10 {size}"),
    ]
}

#[test]
fn the_next_size_waits_until_the_last_is_drawn_and_shown() {
    let mut rig = Rig::new();
    let objects = synced(&mut rig);
    configure(&mut rig, objects, (400, 300), &[], 2);
    assert_eq!(rig.said(), asks(1, "400x300+350+300"));
    configure(&mut rig, objects, (500, 400), &[], 3);
    configure(&mut rig, objects, (600, 500), &[], 4);
    assert_eq!(rig.said(), [""; 0], "they wait");
    counted(&mut rig, 7, ALARMSTATE::INACTIVE);
    counted(&mut rig, 1, ALARMSTATE::DESTROYED);
    assert_eq!(rig.said(), [""; 0], "of another time");
    counted(&mut rig, 1, ALARMSTATE::INACTIVE);
    assert_eq!(rig.said(), [format!("forget {ALARM}"), "allow 10 [1]".to_owned()]);
    assert_eq!(rig.host(), [""; 0]);
    shows(&mut rig, (400, 300));
    assert_eq!(rig.host(), [format!("xdg_surface#{}.ack_configure(2)", objects.0)]);
    assert_eq!(rig.said(), asks(2, "600x500+350+300"), "the last one only");
}

#[test]
fn each_configuration_is_acknowledged_with_content_of_its_size() {
    let mut rig = Rig::new();
    let objects = synced(&mut rig);
    configure(&mut rig, objects, (400, 300), &[], 2);
    configure(&mut rig, objects, (300, 200), &[], 3);
    assert_eq!(rig.host(), [""; 0], "what comes next is of 400x300");
    counted(&mut rig, 1, ALARMSTATE::INACTIVE);
    shows(&mut rig, (400, 300));
    counted(&mut rig, 2, ALARMSTATE::INACTIVE);
    shows(&mut rig, (300, 200));
    let acks = [2, 3].map(|serial| format!("xdg_surface#{}.ack_configure({serial})", objects.0));
    assert_eq!(rig.host(), acks);
}

#[test]
fn waits_end_after_a_time() {
    let mut rig = Rig::new();
    let objects = synced(&mut rig);
    assert_eq!(rig.wm.deadline(), None);
    configure(&mut rig, objects, (400, 300), &[], 2);
    configure(&mut rig, objects, (500, 400), &[], 3);
    rig.said();
    rig.act(|wm, env| wm.time_is_up(Instant::now(), env)).unwrap();
    assert_eq!(rig.said(), [""; 0], "there is time");
    let late = rig.wm.deadline().unwrap();
    assert!(late <= Instant::now() + Duration::from_secs(1));
    rig.act(|wm, env| wm.time_is_up(late, env)).unwrap();
    assert_eq!(rig.said(), ["allow 10 [1]", "configure 10 500x400+350+300"], "unasked");
    assert_eq!(rig.wm.deadline(), None);
    counted(&mut rig, 1, ALARMSTATE::INACTIVE);
    assert_eq!(rig.said(), [format!("forget {ALARM}")]);
    configure(&mut rig, objects, (600, 500), &[], 4);
    assert_eq!(rig.said(), asks(2, "600x500+350+300"), "it answers again");
    // It is drawn, but never shown.
    configure(&mut rig, objects, (700, 600), &[], 5);
    counted(&mut rig, 2, ALARMSTATE::INACTIVE);
    rig.said();
    let late = rig.wm.deadline().unwrap();
    rig.act(|wm, env| wm.time_is_up(late, env)).unwrap();
    assert_eq!(rig.said(), asks(3, "700x600+300+200"));
    // The window is gone.
    rig.unmapped(WINDOW);
    assert!(rig.said().contains(&format!("forget {ALARM}")));
    assert_eq!(rig.wm.deadline(), None);
}

#[test]
fn frames_are_skipped_only_while_no_size_is_awaited() {
    let mut rig = Rig::new();
    assert!(!rig.wm.is_steady(SURFACE), "there is no window yet");
    let objects = synced(&mut rig);
    assert!(rig.wm.is_steady(SURFACE));
    configure(&mut rig, objects, (400, 300), &[], 2);
    assert!(!rig.wm.is_steady(SURFACE));
    counted(&mut rig, 1, ALARMSTATE::INACTIVE);
    assert!(!rig.wm.is_steady(SURFACE), "it is drawn, not shown");
    shows(&mut rig, (400, 300));
    assert!(rig.wm.is_steady(SURFACE));
    rig.unmapped(WINDOW);
    assert!(!rig.wm.is_steady(SURFACE));
}

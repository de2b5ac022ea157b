//! carafe between a raw client and a raw host: the tests write and read every byte.
#![allow(missing_docs, clippy::pedantic, clippy::expect_used, clippy::indexing_slicing)]

mod grammar;
mod rig;
mod talk;

mod t0101_sync_reaches_the_host;
mod t0102_ids_are_rewritten;
mod t0103_globals;
mod t0104_server_made_ids;
mod t0105_descriptors;
mod t0106_host_errors;
mod t0107_long_messages;
mod t0110_bad_requests;
mod t0111_bad_descriptors;
mod t0112_bad_hosts;
mod t0120_sleeping_client;
mod t0121_many_objects;
mod t0122_clients_that_go;
mod t0123_out_of_descriptors;
mod t0124_a_days_worth_of_clients;
mod t0130_message_log;
mod t0131_policy;
mod t0132_security_context;
mod t0133_confined;
mod t0134_policy_file;
mod t0140_limits;
mod t0142_half_messages;
mod t0150_sessions_that_die;
mod t0151_last_messages;
mod t0170_older_hosts;
mod t0171_the_hosts_shell;
mod t0172_stand_ins;
mod t0173_chromeos_windows;
mod t0174_primary;
mod t0180_grammar;
mod t0181_failing_calls;
mod t0182_other_pid_namespaces;
mod t0183_hosts_of_xwayland;
mod t0190_soak;
mod t0942_theme_cursors;
mod t0943_an_unkind_exo;

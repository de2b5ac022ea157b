"""A window of GTK's to drag from ("give"), to drop on ("take"), or both: from its left half to
its right one. It says what happens."""

import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gtk

ACTIONS = Gdk.DragAction.COPY | Gdk.DragAction.MOVE
TARGETS = [Gtk.TargetEntry.new("text/uri-list", 0, 0)]


def say(text):
    print(text, flush=True)


def began(widget, context):
    icon = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 40, 30)
    icon.fill(0x0000FFFF)
    # Beside the cursor.
    Gtk.drag_set_icon_pixbuf(context, icon, -24, -20)


def ended(widget, context):
    done = context.get_selected_action()
    say(f"dragged: {'CopyAction' if done == Gdk.DragAction.COPY else done}")


def received(widget, context, x, y, data, info, time):
    say(f"dropped {','.join(data.get_uris())}")
    Gtk.drag_finish(context, True, False, time)


window = Gtk.Window(title=sys.argv[1])
window.set_default_size(200, 150)
halves = Gtk.Box(homogeneous=True)
window.add(halves)
if sys.argv[1] != "take":
    area = Gtk.EventBox()
    halves.pack_start(area, True, True, 0)
    area.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, TARGETS, ACTIONS)
    area.connect("drag-begin", began)
    area.connect("drag-data-get", lambda w, c, data, i, t: data.set_uris(["file:///etc/hosts"]))
    area.connect("drag-failed", lambda w, c, result: say("failed"))
    area.connect("drag-end", ended)
    area.connect("button-press-event", lambda w, e: say("pressed"))
if sys.argv[1] != "give":
    area = Gtk.EventBox()
    halves.pack_start(area, True, True, 0)
    area.drag_dest_set(Gtk.DestDefaults.ALL, TARGETS, ACTIONS)
    area.connect("drag-motion", lambda w, c, x, y, t: say("entered"))
    area.connect("drag-data-received", received)
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()

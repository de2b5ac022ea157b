"""A window of Qt's to drag from ("give"), to drop on ("take"), or both: from its left half to
its right one. It says what happens."""

import sys

from PyQt6.QtCore import QMimeData, QPoint, Qt, QUrl
from PyQt6.QtGui import QColor, QDrag, QPixmap
from PyQt6.QtWidgets import QApplication, QWidget


def say(text):
    print(text, flush=True)


class Window(QWidget):
    def __init__(self, name):
        super().__init__()
        self.setWindowTitle(name)
        self.resize(200, 150)
        if name != "both":
            self.setFixedSize(200, 150)
        self.setAcceptDrops(name != "give")

    def mousePressEvent(self, event):
        say("pressed")

    def mouseMoveEvent(self, event):
        if self.windowTitle() == "take":
            return
        data = QMimeData()
        data.setUrls([QUrl("file:///etc/hosts")])
        drag = QDrag(self)
        drag.setMimeData(data)
        icon = QPixmap(40, 30)
        icon.fill(QColor(0, 0, 255))
        drag.setPixmap(icon)
        # Beside the cursor.
        drag.setHotSpot(QPoint(-24, -20))
        actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
        say(f"dragged: {drag.exec(actions, Qt.DropAction.CopyAction).name}")

    def dragEnterEvent(self, event):
        say("entered")
        event.acceptProposedAction()

    def dragLeaveEvent(self, event):
        say("left")

    def dropEvent(self, event):
        event.acceptProposedAction()
        urls = ",".join(url.toString() for url in event.mimeData().urls())
        say(f"dropped {urls or event.mimeData().text()}")


app = QApplication(sys.argv)
window = Window(sys.argv[1])
window.show()
app.exec()

"""A Qt 6 window of fixed size with still content."""

import sys

from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

app = QApplication(sys.argv)
window = QWidget()
window.setWindowTitle("Qt 6")
layout = QVBoxLayout(window)
layout.addWidget(QLabel("A Qt 6 window: Grüße"))
layout.addWidget(QPushButton("Button"))
box = QCheckBox("Checked")
box.setChecked(True)
layout.addWidget(box)
lines = QListWidget()
lines.addItems([f"Line {n}" for n in range(30)])
layout.addWidget(lines)
window.setFixedSize(400, 300)
window.show()
sys.exit(app.exec())

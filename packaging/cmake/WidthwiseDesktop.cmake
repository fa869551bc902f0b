# SPDX-License-Identifier: GPL-3.0-or-later
# What the desktop is built on; imported targets are seen by the including folder only, so each includes this.
# The order matters: QCustomPlot's own file names Qt6::PrintSupport without looking for it.

find_package(Qt6 6.4 REQUIRED COMPONENTS Widgets PrintSupport Svg)
find_package(QCustomPlotQt6 REQUIRED)
find_package(Qt6Keychain QUIET) # without it passwords are not remembered

set(WIDTHWISE_UI_HEADERS
    <QAction> <QApplication> <QComboBox> <QHBoxLayout> <QHeaderView> <QLabel> <QLineEdit> <QListView> <QMenu> <QPainter>
    <QPlainTextEdit> <QPointer> <QPushButton> <QSplitter> <QStackedWidget> <QStyledItemDelegate> <QTableView> <QTimer>
    <QToolButton> <QVBoxLayout>)

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QWidget;

namespace widthwise::ui {

/// Leaves Ctrl+Z and Ctrl+Shift+Z to the page's history where an editor would keep them for its own.
class HistoryKeys : public QObject {
    Q_OBJECT
public:
    static void takeFrom(QWidget* editor);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using QObject::QObject;
};

} // namespace widthwise::ui

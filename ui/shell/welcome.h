// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace widthwise::ui {

/// What is shown while the store holds no experiment: what this program is for, and three ways to begin.
class Welcome : public QWidget {
    Q_OBJECT
public:
    explicit Welcome(QWidget* parent = nullptr);

Q_SIGNALS:
    void exampleWanted();
    void newWanted();
    void fileWanted();
};

} // namespace widthwise::ui

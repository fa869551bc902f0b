// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

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

private:
    void retint();

    QLabel* m_mark;
    QLabel* m_motto;
};

} // namespace widthwise::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace widthwise::ui {

/// What every test of widgets derives from: any warning that it did not expect (QTest::ignoreMessage) fails
/// it. A class with an init() of its own calls this one first.
class UiTest : public QObject {
    Q_OBJECT
protected Q_SLOTS:
    void init();
};

/// Runs a test class with the program's own look, settings and data in a folder that vanishes.
int runUiTest(UiTest& (*make)(), int argc, char** argv);

} // namespace widthwise::ui

#define WIDTHWISE_UI_TEST_MAIN(Test)                                                                         \
    int main(int argc, char** argv)                                                                          \
    {                                                                                                        \
        return widthwise::ui::runUiTest(                                                                     \
            []() -> widthwise::ui::UiTest& {                                                                 \
                static Test test;                                                                            \
                return test;                                                                                 \
            },                                                                                               \
            argc, argv);                                                                                     \
    }

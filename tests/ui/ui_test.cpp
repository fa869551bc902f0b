// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"

#include "ui/theme/theme.h"

#include <QApplication>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

namespace widthwise::ui {

void UiTest::init()
{
    // The offscreen platform says this of every window.
    QTest::failOnWarning(
        QRegularExpression(QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
}

int runUiTest(UiTest& (*make)(), int argc, char** argv)
{
    QTemporaryDir home;
    for (const char* variable : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"})
        qputenv(variable, home.path().toLocal8Bit());
    qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:"); // and with it the person's keychain
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("widthwise-test"));
    QApplication::setApplicationName(QStringLiteral("widthwise"));
    Theme::instance().apply(Theme::Mode::Light);
    return QTest::qExec(&make(), argc, argv);
}

} // namespace widthwise::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/database.h"
#include "ui/all_pages.h"
#include "ui/feed/store_client.h"
#include "ui/shell/main_window.h"
#include "ui/shell/settings.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

/// `--help` and `--version` need no display.
bool asksForTextOnly(int argc, char** argv)
{
    return std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
        return argument == "--help" || argument == "-h" || argument == "--help-all" ||
               argument == "--version" || argument == "-v";
    });
}

bool lacksDisplay(int argc, char** argv)
{
    return std::find(argv + 1, argv + argc, std::string_view("-platform")) == argv + argc &&
           qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY") &&
           qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv)
{
    if (asksForTextOnly(argc, argv))
        return std::make_unique<QCoreApplication>(argc, argv);
    return std::make_unique<QApplication>(argc, argv);
}

} // namespace

int main(int argc, char** argv)
{
    if (!asksForTextOnly(argc, argv) && lacksDisplay(argc, argv)) {
        std::fputs("widthwise: there is no display here (DISPLAY and WAYLAND_DISPLAY are empty); "
                   "widthwisectl does the same in a terminal\n",
                   stderr);
        return 1;
    }
    const std::unique_ptr<QCoreApplication> application = makeApplication(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("widthwise"));
    QApplication::setApplicationName(QStringLiteral("widthwise"));
    QApplication::setApplicationVersion(QStringLiteral(WIDTHWISE_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("widthwise"));

    QCommandLineParser parser;
    parser.setApplicationDescription(QApplication::translate("main", "Tune narrow, train wide."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption store(QStringLiteral("store"),
                                   QApplication::translate("main", "The store to work in (default: %1).")
                                       .arg(QString::fromStdString(defaultStoreFile())),
                                   QStringLiteral("FILE"), QString::fromStdString(defaultStoreFile()));
    const QCommandLineOption start(
        QStringLiteral("start"),
        QApplication::translate("main",
                                "Start the experiment of FILE.yaml; go on with one that is unfinished."));
    parser.addOptions({store, start});
    parser.addPositionalArgument(QStringLiteral("FILE.yaml"),
                                 QApplication::translate("main", "An experiment file to open."),
                                 QStringLiteral("[FILE.yaml]"));
    parser.process(*application);

    Theme::instance().apply(Settings::themeMode());
    const QString storeFile = QFileInfo(parser.value(store)).absoluteFilePath();
    QDir().mkpath(QFileInfo(storeFile).absolutePath());
    StoreClient client(storeFile);
    MainWindow window(client);
    addAllPages(window, client);
    window.restore();
    if (!parser.positionalArguments().isEmpty())
        window.openOnStart(QFileInfo(parser.positionalArguments().constFirst()).absoluteFilePath(),
                           parser.isSet(start));
    window.show();
    return QApplication::exec();
}

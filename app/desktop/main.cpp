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

using namespace widthwise;
using namespace widthwise::ui;

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
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
    parser.addOption(store);
    parser.addPositionalArgument(QStringLiteral("FILE.yaml"),
                                 QApplication::translate("main", "An experiment file to open."),
                                 QStringLiteral("[FILE.yaml]"));
    parser.process(application);

    Theme::instance().apply(Settings::themeMode());
    const QString storeFile = QFileInfo(parser.value(store)).absoluteFilePath();
    QDir().mkpath(QFileInfo(storeFile).absolutePath());
    StoreClient client(storeFile);
    MainWindow window(client);
    addAllPages(window, client);
    window.restore();
    if (!parser.positionalArguments().isEmpty())
        window.openOnStart(QFileInfo(parser.positionalArguments().constFirst()).absoluteFilePath());
    window.show();
    return QApplication::exec();
}

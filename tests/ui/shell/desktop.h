// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/test_store.h"
#include "ui/all_pages.h"
#include "ui/shell/main_window.h"

#include <QFile>
#include <QListView>
#include <QTemporaryDir>

namespace widthwise::ui {

/// The desktop on a store, as app/desktop makes it.
struct Desktop {
    explicit Desktop(const TestStore& store) : client(store.file()), window(client)
    {
        addAllPages(window, client);
        window.restore();
        window.show();
    }
    template <class Widget>
    Widget* find(const char* name)
    {
        return window.findChild<Widget*>(QString::fromLatin1(name));
    }
    QStringList experiments()
    {
        QStringList names;
        const QAbstractItemModel* model = find<QListView>("experiments")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            names.append(model->index(row, 0).data().toString());
        return names;
    }

    StoreClient client;
    MainWindow window;
};

/// While it lives the desktop finds no program to drive experiments, so that nothing runs on after a test.
class NoDriver {
public:
    NoDriver() { qputenv("WIDTHWISE_BIN_DIR", m_empty.path().toLocal8Bit()); }
    ~NoDriver() { qputenv("WIDTHWISE_BIN_DIR", m_programs); }

private:
    QTemporaryDir m_empty;
    QByteArray m_programs = qgetenv("WIDTHWISE_BIN_DIR");
};

inline QString writeExperiment(const QTemporaryDir& folder)
{
    QFile file(folder.filePath(QStringLiteral("search.yaml")));
    file.open(QIODevice::WriteOnly);
    file.write(TestStore::experimentText());
    return file.fileName();
}

} // namespace widthwise::ui

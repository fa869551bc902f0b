// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/nearest.h"

#include <QTest>

using namespace widthwise;

class TestNearest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsWhatWasMeant_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("meant");
        const auto row = [](const char* text, const char* meant) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(meant);
        };
        row("lgo", "log");
        row("linaer", "linear");
        row("Log", "log");
        row("lo", "log");
        row("minimise", "minimize");
        row("int", "integer");
        row("cat", "categorical");
        row("xyzzy", "");
        row("", "");
        row("algorithm-of-a-completely-different-kind-with-a-name-that-never-seems-to-end", "");
    }
    void findsWhatWasMeant()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, meant);
        const std::vector<std::string> candidates{"linear",   "log",     "minimize",
                                                  "maximize", "integer", "categorical"};
        QCOMPARE(nearest(text.toStdString(), candidates).value_or(""), meant.toStdString());
        const std::string hint = meant.isEmpty() ? "" : " (did you mean \"" + meant.toStdString() + "\"?)";
        QCOMPARE(suggestion(text.toStdString(), candidates), hint);
    }
};

QTEST_GUILESS_MAIN(TestNearest)
#include "tst_nearest.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/table.h"

#include <QTest>

using namespace widthwise::ctl;

namespace {

std::vector<std::string> plain(const Table& table, const Terminal& terminal = {})
{
    std::vector<std::string> texts;
    for (const Line& line : table.lines())
        texts.push_back(rendered(line, terminal));
    return texts;
}

} // namespace

class TestTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void columnsAreAlignedByTheirCharacters()
    {
        Table table({{""}, {"NAME"}, {"LOSS", Table::Align::Right}});
        table.add({{"✓"}, {"μP"}, {"0.5"}});
        table.add({{"✕"}, {"standard"}, {"12.25"}});
        QCOMPARE(plain(table), (std::vector<std::string>{
                                   "   NAME       LOSS",
                                   "✓  μP          0.5",
                                   "✕  standard  12.25",
                               }));
    }

    void emptyColumnsAreLeftOut()
    {
        Table table({{"A"}, {"B"}, {"C"}});
        table.add({{"1"}, {""}, {"3"}});
        QCOMPARE(plain(table), (std::vector<std::string>{"A  C", "1  3"}));
    }

    void aTerminalCutsAndColours()
    {
        Terminal terminal{true, false, true, 10};
        const Line line{{"trial 12"}, {" failed", Tone::Bad}};
        QCOMPARE(rendered(line, terminal), std::string("trial 12.."));
        terminal.columns = 40;
        QCOMPARE(rendered(line, terminal), std::string("trial 12 failed"));
        terminal.colour = true;
        QCOMPARE(rendered(line, terminal), std::string("trial 12\033[31m failed\033[0m"));
        QCOMPARE(rendered(line, {}), std::string("trial 12 failed"));
    }

    void whatAProgramPrintedCannotMoveTheCursor()
    {
        QCOMPARE(printable("\033[2Jbad\tnews\r\n"), std::string("[2Jbad news"));
        QCOMPARE(printable("η = 0.1"), std::string("η = 0.1"));
    }
};

QTEST_GUILESS_MAIN(TestTable)
#include "tst_table.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "collected.h"

#include <QTest>

using namespace widthwise;

namespace {

const CsvCollector csv{"metrics.csv"};

} // namespace

class TestCsvCollector : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsNamesAsTheyAreMeant_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::newRow("byte-order mark") << std::string("\xef\xbb\xbfstep,val_loss\n7,0.5\n");
        QTest::newRow("blanks") << std::string("step , val_loss\n 7 , 0.5\n");
        QTest::newRow("tabs") << std::string("step,\tval_loss\t\n7,\t0.5\n");
        QTest::newRow("value first") << std::string("val_loss, step\n0.5, 7\n");
        QTest::newRow("quotes") << std::string("\"step\",\"val_loss\"\n\"7\",\"0.5\"\n");
        QTest::newRow("blank before quotes") << std::string("step, \"val_loss\" \n7, \"0.5\" \n");
        QTest::newRow("mark before quotes") << std::string("\xef\xbb\xbf\"step\",val_loss\n7,0.5\n");
        QTest::newRow("Windows") << std::string("step,val_loss\r\n7,0.5\r\n");
        QTest::newRow("semicolons") << std::string("step;val_loss\n7;0.5\n");
        QTest::newRow("tabs between") << std::string("step\tval_loss\n7\t0.5\n");
        QTest::newRow("lines without anything") << std::string("\n\nstep,val_loss\n\n7,0.5\n\n");
        QTest::newRow("row numbers of pandas") << std::string(",step,val_loss\n0,7,0.5\n");
        QTest::newRow("a float for a step") << std::string("step,val_loss\n7.0,0.5\n");
        QTest::newRow("text beside it") << std::string("step,split,val_loss\n7,test,0.5\n");
    }

    void readsNamesAsTheyAreMeant()
    {
        QFETCH(std::string, text);
        std::string notice;
        QCOMPARE(collected(csv, text, &notice), (Samples{{"val_loss", {{7, 0.5}}}}));
        QCOMPARE(notice, std::string());
        for (unsigned seed = 0; seed < 10; ++seed)
            QCOMPARE(collectedInPieces(csv, text, seed), (Samples{{"val_loss", {{7, 0.5}}}}));
    }

    /// As Latin-1 writes it: a driver that starts anew must not take it for another metric.
    void keepsNamesThatAreNoUtf8()
    {
        const std::string text = "step,gr\xf6\xdf"
                                 "e\n1,0.5\n2,0.25\n";
        const Samples expected{{"gr\xef\xbf\xbd\xef\xbf\xbd"
                                "e",
                                {{1, 0.5}, {2, 0.25}}}};
        QCOMPARE(collected(csv, text), expected);
        for (unsigned seed = 0; seed < 10; ++seed)
            QCOMPARE(collectedInPieces(csv, text, seed), expected);
    }

    void keepsQuotedNamesToTheLetter()
    {
        QCOMPARE(collected(csv, "step,\" a,\"\"b\"\" \"\n1,2\n"), (Samples{{" a,\"b\" ", {{1, 2}}}}));
    }

    void takesAHeaderInMidFile_data()
    {
        QTest::addColumn<std::string>("second");
        QTest::newRow("the same") << std::string("step,loss,acc\n2,0.4,0.9\n");
        QTest::newRow("another order") << std::string("acc,step,loss\n0.9,2,0.4\n");
        QTest::newRow("with a blank") << std::string("acc, loss, step\n0.9,0.4,2\n");
        QTest::newRow("byte-order mark") << std::string("\xef\xbb\xbfstep,loss,acc\n2,0.4,0.9\n");
        QTest::newRow("more columns") << std::string("step,loss,acc,lr\n2,0.4,0.9,\n");
        QTest::newRow("fewer columns") << std::string("loss,step\n0.4,2\nacc,step\n0.9,2\n");
    }

    void takesAHeaderInMidFile()
    {
        QFETCH(std::string, second);
        std::string notice;
        const std::string text = "step,loss,acc\n1,0.5,0.8\n" + second;
        const Samples expected{{"acc", {{1, 0.8}, {2, 0.9}}}, {"loss", {{1, 0.5}, {2, 0.4}}}};
        QCOMPARE(collected(csv, text, &notice), expected);
        QCOMPARE(notice, std::string());
        for (unsigned seed = 0; seed < 10; ++seed)
            QCOMPARE(collectedInPieces(csv, text, seed), expected);
    }

    /// As old Macs end lines, and as Windows does.
    void readsLinesThatEndWithAReturn()
    {
        for (const std::string end : {"\r", "\r\n", "\n"}) {
            const std::string text =
                "step,loss" + end + "1,0.5" + end + "x,0.5" + end + "2,0.4" + end + "3,0.3";
            const Samples expected{{"loss", {{1, 0.5}, {2, 0.4}, {3, 0.3}}}};
            std::string notice;
            QCOMPARE(collected(csv, text, &notice), expected);
            QVERIFY2(notice.starts_with("line 3 of "), notice.c_str());
            for (unsigned seed = 0; seed < 20; ++seed)
                QCOMPARE(collectedInPieces(csv, text, seed), expected);
        }
    }

    void countsByEpochWhereThereIsNoStep()
    {
        QCOMPARE(collected(csv, "epoch,loss\n5,0.6\n6,0.5\n7,0.4\n"),
                 (Samples{{"loss", {{5, 0.6}, {6, 0.5}, {7, 0.4}}}}));
        QCOMPARE(collected(csv, "Wall time,Step,Value\n1700000000,100,0.5\n"),
                 (Samples{{"Wall time", {{100, 1700000000}}}, {"Value", {{100, 0.5}}}}));
        QCOMPARE(collected(csv, "epoch,step,loss\n0,49,0.5\n"),
                 (Samples{{"epoch", {{49, 0}}}, {"loss", {{49, 0.5}}}}));
        QCOMPARE(collected(csv, "loss\n0.5\n0.4\n"), (Samples{{"loss", {{0, 0.5}, {1, 0.4}}}}));
    }

    void tellsEmptyCellsFromNaN()
    {
        std::string notice;
        QCOMPARE(
            collected(csv,
                      "step,train_loss,val_loss\n1,0.5,\n1,,nan\n2,NaN,\"\"\n3, ,inf\n4,,-inf\n5,None,NA\n",
                      &notice),
            (Samples{{"train_loss", {{1, 0.5}, {2, NAN}}},
                     {"val_loss", {{1, NAN}, {3, INFINITY}, {4, -INFINITY}}}}));
        QCOMPARE(notice, std::string());
    }

    void doesNotMisreadDecimalCommas_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::newRow("in quotes") << std::string("step,loss\n1,\"0,532\"\n");
        QTest::newRow("between semicolons") << std::string("step;loss\n1;0,532\n");
    }

    void doesNotMisreadDecimalCommas()
    {
        QFETCH(std::string, text);
        std::string notice;
        QCOMPARE(collected(csv, text, &notice), Samples());
        QVERIFY2(notice.starts_with("line 2 of metrics.csv has a number with a comma"), notice.c_str());
    }

    void saysWhatItCannotRead()
    {
        std::string notice;
        QCOMPARE(collected(csv, "step,loss\n1,0,532\n2,0.5\nx,0.4\n", &notice),
                 (Samples{{"loss", {{2, 0.5}}}}));
        QVERIFY2(notice.starts_with("2 lines of metrics.csv could not be read"), notice.c_str());
        QCOMPARE(collected(csv, "1,0.5\n2,0.4\n", &notice), Samples());
        QVERIFY2(notice.starts_with("2 lines of metrics.csv were skipped, as no header"), notice.c_str());
    }

    void keepsLargeSteps()
    {
        QCOMPARE(collected(csv, "step,loss\n5000000000,0.5\n9223372036854775807,0.4\n"),
                 (Samples{{"loss", {{5'000'000'000, 0.5}, {9223372036854775807, 0.4}}}}));
    }
};

QTEST_APPLESS_MAIN(TestCsvCollector)
#include "tst_csv_collector.moc"

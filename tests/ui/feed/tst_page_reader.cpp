// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/test_store.h"
#include "tests/ui/ui_test.h"
#include "ui/feed/page_reader.h"

#include <QSignalSpy>
#include <QTest>
#include <QWidget>

#include <atomic>
#include <stdexcept>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

/// A page that shows a number; each reading counts, and throws while `broken`.
struct Shown {
    Shown() { page.show(); }
    PageReader::Read next()
    {
        if (subject < 0)
            return {};
        return [this, asked = subject](Database&) -> PageReader::Take {
            ++readings;
            if (broken)
                throw std::runtime_error("a series is damaged");
            return [this, asked] { taken.append(asked); };
        };
    }

    TestStore store;
    StoreClient client{store.file()};
    int subject = -1; ///< none
    std::atomic<int> readings = 0;
    std::atomic<bool> broken = false;
    QList<int> taken;
    QWidget page;
    PageReader reader{client, page, [this] { return next(); }};
};

} // namespace

class TestPageReader : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void aReadingThatThrowsIsToldAndTriedAgain()
    {
        Shown shown;
        QSignalSpy failed(&shown.client, &StoreClient::failed);
        shown.broken = true;
        shown.subject = 1;
        shown.reader.restart();
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.front().front().toString(), QStringLiteral("a series is damaged"));
        QTRY_VERIFY(shown.readings > 1); // by itself
        QCOMPARE(failed.size(), 1);
        QVERIFY(shown.taken.isEmpty());
        shown.broken = false;
        shown.reader.readSoon();
        QTRY_COMPARE(shown.taken, QList<int>{1});
    }

    void anotherSubjectIsReadAlsoWhereTheLastReadingFailed()
    {
        Shown shown;
        shown.broken = true;
        shown.subject = 1;
        shown.reader.restart();
        QTRY_VERIFY(shown.readings > 0);
        shown.broken = false;
        shown.subject = 2;
        shown.reader.restart();
        QTRY_COMPARE(shown.taken, QList<int>{2});
    }

    void anAnswerAboutWhatWasBeforeIsDropped()
    {
        Shown shown;
        shown.subject = 1;
        shown.reader.restart();
        shown.subject = 2;
        shown.reader.restart(); // before the answer came
        QTRY_COMPARE(shown.taken, QList<int>{2});
        QCOMPARE(shown.readings, 2);
    }

    void manyChangesAreOneReading()
    {
        Shown shown;
        shown.subject = 1;
        shown.reader.restart();
        for (int i = 0; i < 10; ++i)
            shown.reader.readSoon();
        QTRY_COMPARE(shown.taken.size(), 1);
        QTRY_COMPARE(shown.taken.size(), 2); // what changed meanwhile
        QTest::qWait(int(2 * PageReader::pause.count()));
        QCOMPARE(shown.readings, 2);
    }

    void whatIsNotSeenIsReadOnceItIs()
    {
        Shown shown;
        shown.page.hide();
        shown.subject = 1;
        shown.reader.restart();
        shown.reader.readSoon();
        QTest::qWait(100);
        QCOMPARE(shown.readings, 0);
        shown.page.show();
        QTRY_COMPARE(shown.taken, QList<int>{1});
    }

    void whereThereIsNothingNothingIsRead()
    {
        Shown shown;
        shown.reader.restart();
        shown.reader.readSoon();
        QTest::qWait(100);
        QCOMPARE(shown.readings, 0);
    }
};

WIDTHWISE_UI_TEST_MAIN(TestPageReader)
#include "tst_page_reader.moc"

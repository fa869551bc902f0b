// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/output_reader.h"

#include "core/host/local_host.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace widthwise;

class TestOutputReader : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    LocalHost m_host;
    int m_seconds = 0;

    std::string folder() const { return m_folder.path().toStdString(); }
    void write(const std::string& text, bool anew = false) const
    {
        std::ofstream file(folder() + "/stdout.log", anew ? std::ios::trunc : std::ios::app);
        file << text;
    }
    /// A second later.
    void look(OutputReader& reader, bool whole = false)
    {
        const FileRequest request = reader.request(whole);
        reader.take(m_host.readFiles({&request, 1}).front(), whole,
                    TimePoint(std::chrono::seconds(++m_seconds)));
    }

private Q_SLOTS:
    void init() { QFile::remove(m_folder.filePath(QStringLiteral("stdout.log"))); }

    void followsAFileThatGrows()
    {
        OutputReader reader(folder(), 2);
        look(reader); // it is not there yet
        QVERIFY(reader.hasNews());
        QCOMPARE(reader.takeNews(), (OutputTail{2, 0, {}, TimePoint(std::chrono::seconds(m_seconds))}));
        write("one\n");
        look(reader);
        QVERIFY(reader.hasNews());
        QCOMPARE(reader.takeNews().bytes, std::string("one\n"));
        QCOMPARE(reader.request(false).offset, std::int64_t{4});
        look(reader);
        QVERIFY(!reader.hasNews());
        write("two\n");
        look(reader);
        QCOMPARE(reader.takeNews().bytes, std::string("one\ntwo\n"));
    }

    void tellsNowAndThenThatThereIsNoMore()
    {
        OutputReader reader(folder(), 1);
        write("one\n");
        look(reader);
        const TimePoint told = reader.takeNews().read;
        while (!reader.hasNews())
            look(reader);
        QCOMPARE(reader.takeNews().read - told, std::chrono::milliseconds(5000));
    }

    void keepsTheEnd()
    {
        OutputReader reader(folder(), 1);
        write("begin\n" + std::string(outputTailBytes - 6, 'x'));
        look(reader);
        QCOMPARE(reader.takeNews().first, std::int64_t{0});
        write("end\n");
        look(reader);
        const OutputTail tail = reader.takeNews();
        QCOMPARE(tail.first, std::int64_t{4});
        QCOMPARE(std::ssize(tail.bytes), outputTailBytes);
        QVERIFY(tail.bytes.starts_with("n\nx") && tail.bytes.ends_with("xend\n"));
    }

    void catchesUpWithWhatRanAhead()
    {
        OutputReader reader(folder(), 1);
        write("begin\n");
        look(reader);
        write(std::string(3 * outputTailBytes, 'x') + "end\n");
        look(reader);
        look(reader);
        const OutputTail tail = reader.takeNews();
        QVERIFY(tail.bytes.ends_with("end\n"));
        QCOMPARE(tail.first + std::ssize(tail.bytes), 6 + 3 * outputTailBytes + 4);
    }

    void beginsAgainWhereTheFileDoes()
    {
        OutputReader reader(folder(), 1);
        write("an old line\n");
        look(reader);
        write("new\n", true);
        look(reader);
        look(reader);
        QCOMPARE(reader.takeNews().bytes, std::string("new\n"));
        write("other\n", true);
        look(reader, true);
        QCOMPARE(reader.takeNews().bytes, std::string("other\n"));
    }
};

QTEST_APPLESS_MAIN(TestOutputReader)
#include "tst_output_reader.moc"

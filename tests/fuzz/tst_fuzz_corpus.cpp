// SPDX-License-Identifier: GPL-3.0-or-later
// What fuzzing has found, and what it began with, goes through its target once more.
#include "core/mirror/exchange.h"
#include "tests/fuzz/targets.h"

#include <QDirIterator>
#include <QTest>

using namespace widthwise;

class TestFuzzCorpus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyInputIsStood_data();
    void everyInputIsStood();
    void theAnswerToBeginWithIsOfToday();
};

void TestFuzzCorpus::everyInputIsStood_data()
{
    QTest::addColumn<int>("target");
    for (int i = 0; i < std::ssize(fuzz::targets()); ++i)
        QTest::newRow(std::string(fuzz::targets()[static_cast<std::size_t>(i)].name).c_str()) << i;
}

void TestFuzzCorpus::everyInputIsStood()
{
    QFETCH(int, target);
    const fuzz::NamedTarget& named = fuzz::targets()[static_cast<std::size_t>(target)];
    const QString folder = QStringLiteral(FUZZ_CORPUS "/") +
                           QString::fromUtf8(named.name.data(), static_cast<qsizetype>(named.name.size()));
    int inputs = 0;
    for (QDirIterator files(folder, QDir::Files); files.hasNext(); ++inputs) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        try {
            named.run({bytes.data(), static_cast<std::size_t>(bytes.size())});
        } catch (const std::exception& error) {
            QFAIL(qPrintable(file.fileName() + QStringLiteral(": ") + QString::fromUtf8(error.what())));
        }
    }
    QVERIFY2(inputs > 0, qPrintable(folder + QStringLiteral(" holds no input")));
}

/// Else fuzzing would begin with what is refused at once. Rows have changed where this fails: write
/// encode(answer) there, without its first line, with a row of each kind.
void TestFuzzCorpus::theAnswerToBeginWithIsOfToday()
{
    QFile file(QStringLiteral(FUZZ_CORPUS "/exchange/answer"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const std::string body = file.readAll().toStdString();
    const std::string head = encode(ExchangeAnswer{});
    const std::string text =
        head.substr(0, head.rfind(' ', head.find('\n')) + 1) + std::to_string(body.size()) + '\n' + body;
    const ExchangeAnswer answer = readAnswer(text, "juwels");
    QCOMPARE(answer.trials.size(), std::size_t{1});
    QCOMPARE(answer.outputs.size(), std::size_t{1});
    QVERIFY(encode(answer) == text);
}

QTEST_GUILESS_MAIN(TestFuzzCorpus)
#include "tst_fuzz_corpus.moc"

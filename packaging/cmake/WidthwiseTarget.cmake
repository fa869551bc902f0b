# SPDX-License-Identifier: GPL-3.0-or-later
# What every target of Widthwise has in common.

add_library(widthwise_strict INTERFACE)
target_compile_options(widthwise_strict INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wcast-qual -Wold-style-cast -Woverloaded-virtual -Wnon-virtual-dtor
    -Wextra-semi -Wredundant-decls)
target_compile_definitions(widthwise_strict INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
    QT_NO_CONTEXTLESS_CONNECT QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_FOREACH QT_NO_KEYWORDS
    QT_USE_QSTRINGBUILDER QT_STRICT_ITERATORS)
target_include_directories(widthwise_strict INTERFACE "${PROJECT_SOURCE_DIR}")

# widthwise_library(NAME SOURCES… [PUBLIC libraries…] [PRIVATE libraries…] [OWN_HEADERS]): one static library per folder
# of core/ or ui/. OWN_HEADERS: it precompiles headers of its own, or none.
function(widthwise_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "OWN_HEADERS" "" "SOURCES;PUBLIC;PRIVATE")
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC widthwise_strict ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    if(NOT arg_OWN_HEADERS)
        target_precompile_headers(${name} REUSE_FROM widthwise_precompiled_core)
    endif()
endfunction()

# widthwise_test(NAME SOURCE… LINK libraries… [TIMEOUT seconds] [LABELS …] [PRECOMPILED target]): one Qt Test program. Its
# folder in tests/ is a label of it, and so is the sanitizer that it is built with. Its precompiled headers are those of
# the target.
function(widthwise_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;PRECOMPILED" "SOURCES;LINK;LABELS")
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    if(NOT arg_PRECOMPILED)
        set(arg_PRECOMPILED widthwise_precompiled_test)
    endif()
    string(REGEX REPLACE "^.*/tests/([a-z]+).*$" "\\1" folder "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND arg_LABELS ${folder})
    if(WIDTHWISE_SANITIZE)
        string(REGEX REPLACE ",.*" "" sanitizer "${WIDTHWISE_SANITIZE}")
        list(APPEND arg_LABELS ${sanitizer})
        math(EXPR arg_TIMEOUT "5 * ${arg_TIMEOUT}") # checked code takes its time
    endif()
    list(REMOVE_DUPLICATES arg_LABELS)
    # By hand: AUTOMOC would take two more steps for each of the many tests.
    qt_generate_moc(${name}.cpp "${CMAKE_CURRENT_BINARY_DIR}/${name}.moc")
    add_executable(${name} ${arg_SOURCES} "${CMAKE_CURRENT_BINARY_DIR}/${name}.moc")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
    target_link_libraries(${name} PRIVATE widthwise_strict Qt6::Test ${arg_LINK})
    target_precompile_headers(${name} REUSE_FROM ${arg_PRECOMPILED})
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${arg_TIMEOUT}
        LABELS "${arg_LABELS}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;OPENBLAS_NUM_THREADS=1;OMP_NUM_THREADS=1;OMP_WAIT_POLICY=PASSIVE;WIDTHWISE_BIN_DIR=${CMAKE_BINARY_DIR}/bin;WIDTHWISE_EXAMPLES_DIR=${WIDTHWISE_EXAMPLES_DIR}")
endfunction()
